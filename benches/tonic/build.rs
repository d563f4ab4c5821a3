//! Writes the client and the server of the service, without `protoc`.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let echo = Method::builder()
        .name("echo")
        .route_name("Echo")
        .input_type("crate::Payload")
        .output_type("crate::Payload")
        .codec_path("tonic_prost::ProstCodec")
        .build();
    let echoer = Service::builder()
        .name("Echoer")
        .package("bench")
        .method(echo)
        .build();
    Builder::new().compile(&[echoer]);
}
