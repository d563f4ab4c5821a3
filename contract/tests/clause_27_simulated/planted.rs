//! Every planted race is found, and repeats. In the usual order, hardly any is.

use ockam::__private::{Found, TestRun};
use ockam::NodeBuilder;

use crate::races;

/// Calls a function for each race, with its name and the program.
macro_rules! each_race {
    ($call:ident) => {
        $call!(lost_update);
        $call!(look_then_take);
        $call!(start_twice);
        $call!(reply_after_stop);
        $call!(forgotten_answer);
        $call!(order_of_two_senders);
        $call!(kill_against_reply);
        $call!(receive_against_stop);
        $call!(forward_against_stop);
        $call!(connection_lost);
    };
}

pub(crate) fn run() -> TestRun {
    TestRun::new("a planted race", NodeBuilder::new().current_thread()).seeds(1)
}

macro_rules! found {
    ($race:ident, $run:expr, $seeds:expr) => {
        $run.find($seeds, |ctx| async {
            ockam::__private::Outcome::of(races::$race(ctx))
                .await
                .ended()
        })
    };
}

macro_rules! found_and_repeated {
    ($race:ident) => {
        #[test]
        fn $race() {
            let found = found!($race, run(), 0..1_000).expect("it is found within 1,000 seeds");
            println!(
                "{}: seed {}, {}",
                stringify!($race),
                found.seed,
                found.failure
            );
            for _ in 0..100 {
                let again = found!($race, run(), found.seed..found.seed + 1);
                assert_eq!(again.as_ref(), Some(&found));
            }
        }
    };
}

each_race!(found_and_repeated);

#[test]
fn in_the_usual_order_at_most_half_are_found() {
    let (mut all, mut some) = (0, Vec::<(&str, Found)>::new());
    macro_rules! in_order {
        ($race:ident) => {
            all += 1;
            let found = found!($race, run().in_order(), 0..20);
            some.extend(found.map(|found| (stringify!($race), found)));
        };
    }
    each_race!(in_order);
    assert!(2 * some.len() <= all, "{} of {all}: {some:?}", some.len());
    println!(
        "{} of {all} are found in the usual order: {some:?}",
        some.len()
    );
}
