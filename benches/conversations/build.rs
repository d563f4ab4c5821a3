//! Writes the client and the server of the service, without `protoc`.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let download = Method::builder()
        .name("download")
        .route_name("Download")
        .input_type("crate::tonic_stream::Order")
        .output_type("crate::tonic_stream::Part")
        .codec_path("tonic_prost::ProstCodec")
        .server_streaming()
        .build();
    let parts = Service::builder()
        .name("Parts")
        .package("bench")
        .method(download)
        .build();
    Builder::new().compile(&[parts]);
}
