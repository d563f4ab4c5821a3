use ockam::{Context, Result};

#[ockam::test]
#[rstest]
#[case::one(1)]
#[case::two(2)]
async fn by_rstest(#[ignore] ctx: Context, #[case] number: u8) -> Result<()> {
    assert!(number > 0);
    ctx.stop().await
}

#[ockam::test]
#[test_case::test_case(1)]
#[test_case::test_case(2)]
async fn by_test_case(number: u8) {
    assert!(number > 0);
}

fn main() {}
