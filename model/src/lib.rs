//! Model-checks the mailbox of `ockam_node`, the bell of its timers and `Notify`, and the
//! acknowledgements of `ockam_transport`, with loom.
//!
//! What the models are good for is seen where one of these is broken. Each of these mutations is a patch
//! in `mutations/`; the model beside it fails, with two preemptions at most, and often others do, too.
//! `model/mutate` reads the tables and checks them.
//!
//! | A wake-up is lost | a model that fails |
//! |---|---|
//! | `try_push_wakes_nobody` | `wake::by_each_message_of_a_sender` |
//! | `try_push_all_wakes_nobody` | `together::the_first_ones_are_received_and_wake` |
//! | `push_in_turn_wakes_nobody` | `wake::by_a_message_sent_in_turn` |
//! | `wake_receiver_wakes_nobody` | `wake::by_something_else_behind_a_lone_message` |
//! | `poll_fill_keeps_the_old_waker` | `wake::with_the_waker_that_it_showed_last` |
//! | `poll_fill_shows_the_first_waker_for_ever` | `wake::with_the_waker_that_it_showed_last` |
//! | `note_keeps_the_old_waker` | `room::with_the_waker_that_was_shown_last` |
//! | `release_does_nothing` | `room::before_a_handler_waits` |
//! | `release_wakes_nobody` | `room::before_a_handler_waits` |
//! | `remove_does_not_release` | `room::of_a_message_taken_out_of_the_middle` |
//! | `begin_grants_no_block` | `room::once_a_block_of_places_is_free` |
//! | `grant_forgets_who_still_waits` | `room::for_one_who_still_waits` |
//! | `poll_fill_grants_nothing` | `room::before_the_receiver_waits_for_messages` |
//! | `poll_turn_announces_nobody` | `room::before_a_handler_waits` |
//! | `poll_turn_grants_nothing` | `room::before_a_handler_waits` |
//! | `poll_turn_wakes_nobody` | `room::for_both_of_two_who_wait` |
//! | `leave_grants_nothing` | `leave::to_one_who_waits_behind` |
//! | `leave_wakes_nobody` | `leave::to_one_who_waits_behind` |
//! | `close_wakes_no_receiver` | `close::the_last_sender_to_leave_closes` |
//! | `close_wakes_no_senders` | `close::those_who_wait_are_woken_and_get_their_messages_back` |
//!
//! | A receiver rests that has something to do | a model that fails |
//! |---|---|
//! | `rest_looks_for_no_message` | `rest::until_the_first_message` |
//! | `rest_looks_for_nobody_who_waits` | `rest::not_before_one_who_waits_has_his_place` |
//! | `rest_does_not_see_the_end` | `rest::until_the_end` |
//! | `rest_keeps_the_old_waker` | `rest::with_its_last_waker` |
//!
//! | The waker that is left is not there | a model that fails |
//! |---|---|
//! | `take_receiver_leaves_watched` | `wake::by_what_comes_behind_a_lone_message` |
//! | `try_push_leaves_watched` | `wake::by_what_comes_behind_a_lone_message` |
//! | `push_in_turn_leaves_watched` | `wake::by_a_message_sent_in_turn` |
//! | `poll_turn_leaves_watched` | `wake::by_what_comes_behind_a_lone_message_in_turn` |
//! | `close_leaves_watched` | `wake::by_the_end_behind_a_lone_message` |
//! | `wake_receiver_leaves_watched` | `wake::by_something_else_behind_a_lone_message` |
//! | `watched_is_set_behind_the_lock` | `wake::by_what_comes_behind_a_lone_message` |
//! | `a_lone_message_is_watched_without_a_waker` | `wake::by_what_comes_behind_a_lone_message` |
//! | `is_watching_for_whoever_asks` | `wake::in_another_task_by_what_comes_behind_a_lone_message` |
//! | `a_waker_is_left_at_a_closed_mailbox` | `wake::by_the_end_behind_a_lone_message` |
//! | `a_waker_is_left_before_those_who_wait` | `room::before_the_receiver_waits_behind_a_lone_message` |
//! | `watched_before_all_places_are_granted` | `room::before_the_receiver_waits_behind_what_it_passed_over` |
//! | `poll_turn_takes_no_receiver` | `wake::by_what_comes_behind_a_lone_message_in_turn` |
//! | `poll_ready_waits_with_messages_held` | `wake::by_nothing_for_a_message_that_it_holds` |
//!
//! | A fence is missing | a model that fails |
//! |---|---|
//! | `no_fence_of_the_sender` | `room::before_a_handler_waits` |
//! | `no_fence_of_the_receiver` | `room::before_a_handler_waits` |
//! | `begun_is_relaxed` | `capacity::with_a_batch_for_one_who_waits_and_one_who_tries` |
//!
//! | The places are counted wrongly | a model that fails |
//! |---|---|
//! | `one_place_too_many` | `capacity::with_a_batch` |
//! | `one_place_too_many_at_second_sight` | `capacity::with_a_batch` |
//! | `one_place_too_few` | `order::of_one_sender_and_batches` |
//! | `try_push_takes_no_place` | `capacity::with_one_place` |
//! | `try_push_all_takes_no_places` | `together::as_many_as_have_room_behind_a_batch` |
//! | `try_push_all_takes_them_all` | `together::as_many_as_have_room_behind_a_batch` |
//! | `a_batch_is_begun_when_it_is_taken` | `room::of_a_batch_as_it_is_begun` |
//! | `begun_is_never_read_again` | `room::before_a_handler_waits` |
//! | `a_grant_is_not_accepted` | `capacity::with_one_place` |
//! | `a_turn_comes_one_too_early` | `capacity::with_one_place` |
//! | `leave_keeps_the_place` | `leave::to_one_who_comes_later` |
//! | `leave_gives_back_what_it_never_had` | `capacity::with_one_who_gives_up` |
//!
//! | The order is lost | a model that fails |
//! |---|---|
//! | `try_push_overtakes` | `order::nobody_overtakes_one_who_waits` |
//! | `try_push_all_overtakes` | `together::they_overtake_nobody_who_waits` |
//! | `the_last_comes_first` | `order::whoever_waits_longer_comes_first` |
//! | `poll_fill_puts_messages_in_front` | `wake::while_it_holds_messages_that_it_does_not_want` |
//!
//! | The end is lost | a model that fails |
//! |---|---|
//! | `try_push_after_close` | `close::a_message_is_received_or_given_back` |
//! | `try_push_all_after_close` | `together::all_are_received_or_given_back` |
//! | `push_in_turn_after_close` | `close::a_granted_place_ends_with_the_mailbox` |
//! | `the_end_comes_before_the_queue` | `close::a_message_is_received_or_given_back` |
//! | `drain_leaves_the_mailbox_open` | `leave::to_nobody_once_the_mailbox_is_closed` |
//! | `drain_leaves_the_queue` | `close::drain_takes_all_that_was_accepted` |
//!
//! | A user's code runs under the lock | a model that fails |
//! |---|---|
//! | `try_push_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `try_push_all_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `push_in_turn_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `wake_receiver_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `close_wakes_the_receiver_under_the_lock` | `user_code::of_those_who_wait_at_a_mailbox_that_closes` |
//! | `close_wakes_senders_under_the_lock` | `user_code::of_those_who_wait_at_a_mailbox_that_closes` |
//! | `release_wakes_under_the_lock` | `user_code::of_a_sender_whose_turn_comes` |
//! | `poll_fill_wakes_under_the_lock` | `user_code::of_a_sender_whose_turn_comes` |
//! | `poll_fill_drops_the_waker_before_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `poll_fill_drops_the_waker_that_was_left_under_the_lock` | `user_code::of_a_receiver_that_shows_other_wakers` |
//! | `poll_turn_wakes_under_the_lock` | `user_code::of_a_sender_whose_turn_comes` |
//! | `poll_turn_wakes_the_receiver_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `poll_turn_drops_a_waker_under_the_lock` | `user_code::of_a_sender_that_shows_another_waker_and_gives_up` |
//! | `leave_wakes_under_the_lock` | `user_code::of_a_sender_that_gets_the_place_of_another_one` |
//! | `leave_drops_a_waker_under_the_lock` | `user_code::of_a_sender_that_shows_another_waker_and_gives_up` |
//!
//! | A bell generation for the wrong one, or for nobody | a model that fails |
//! |---|---|
//! | `a_bell_wakes_nobody` | `bell::rings_for_one_who_looks` |
//! | `a_bell_is_taken_from_another_task` | `bell::rings_for_both_of_two` |
//! | `a_bell_stays_hung` | `bell::rings_for_one_who_looks` |
//! | `a_bell_counts_no_ring` | `bell::rings_for_one_who_looks` |
//! | `a_bell_counts_before_it_is_taken_down` | `bell::rings_for_one_who_looks` |
//! | `a_bell_counts_relaxed` | `bell::rings_for_one_who_looks` |
//! | `a_bell_is_looked_at_before_its_rings` | `bell::rings_for_one_who_looks` |
//! | `a_bell_tells_its_rings_relaxed` | `bell::rings_for_one_who_looks` |
//! | `a_bell_tells_its_rings_behind_the_lock` | `bell::rings_for_one_who_hangs_it_behind_another_ring` |
//! | `a_bell_is_hung_for_whoever_asks` | `bell::is_hung_for_nobody_else` |
//! | `a_bell_shows_the_data_of_its_task_last` | `bell::is_hung_for_nobody_else` |
//! | `a_bell_shows_its_vtable_relaxed` | `bell::is_hung_for_nobody_else` |
//! | `a_bell_looks_at_its_vtable_relaxed` | `bell::is_hung_for_nobody_else` |
//! | `a_bell_shows_its_data_relaxed` | `bell::is_hung_for_no_shorter_limit` |
//! | `a_bell_looks_at_its_data_relaxed` | `bell::is_hung_for_no_shorter_limit` |
//! | `a_bell_is_hung_for_any_limit` | `bell::is_hung_for_no_shorter_limit` |
//! | `a_bell_is_hung_for_the_last_limit` | `bell::stays_hung_for_the_shortest_limit` |
//! | `a_bell_wakes_under_the_lock` | `bell::wakes_behind_the_lock` |
//!
//! | A notification is lost, or comes to the wrong one | a model that fails |
//! |---|---|
//! | `notify_one_wakes_nobody` | `notify::one_who_comes_before_or_behind` |
//! | `notify_one_leaves_no_permit` | `notify::one_who_comes_before_or_behind` |
//! | `notify_one_leaves_it_to_whoever_looks` | `notify::both_of_two_one_by_one` |
//! | `notify_one_wakes_the_last` | `notify::whoever_waits_longest_comes_first` |
//! | `notify_one_wakes_under_the_lock` | `notify::runs_no_code_of_a_user_under_the_lock` |
//! | `notify_waiters_wakes_nobody` | `notify::all_of_two` |
//! | `notify_waiters_counts_no_round` | `notify::all_who_waited_before_they_looked` |
//! | `notify_waiters_wakes_under_the_lock` | `notify::runs_no_code_of_a_user_under_the_lock` |
//! | `notified_waits_from_its_first_poll` | `notify::all_who_waited_before_they_looked` |
//! | `notified_keeps_the_old_waker` | `notify::with_the_waker_that_it_showed_last` |
//! | `notified_loses_its_place_when_it_is_polled` | `notify::whoever_waits_longest_comes_first` |
//! | `notified_drops_a_waker_under_the_lock` | `notify::runs_no_code_of_a_user_under_the_lock` |
//! | `notified_that_goes_notifies_nobody` | `notify::another_one_instead_of_one_who_goes` |
//! | `notified_that_goes_goes_on_waiting` | `notify::another_one_instead_of_one_who_goes` |
//! | `notified_that_goes_wakes_under_the_lock` | `notify::runs_no_code_of_a_user_under_the_lock` |
//! | `notified_that_goes_drops_a_waker_under_the_lock` | `notify::runs_no_code_of_a_user_under_the_lock` |
//!
//! | An acknowledgement is lost, or a sender waits for one that has come | a model that fails |
//! |---|---|
//! | `no_fence_of_the_receiver_of_frames` | `acknowledge::every_message_that_is_taken_in` |
//! | `no_fence_of_the_task_that_acknowledges` | `acknowledge::every_message_that_is_taken_in` |
//! | `no_fence_of_the_sender_that_waits` | `acknowledge::wakes_a_sender_that_waits_for_it` |
//! | `no_fence_of_the_peer_that_acknowledges` | `acknowledge::wakes_a_sender_that_waits_for_it` |
//!
//! Some changes lose nothing, and no model fails; the mailbox only gets slower. A waker that is left
//! with a batch of two wakes a receiver that is busy. A receiver whose waker is left without `waker_set`
//! takes the lock to see that nothing has come. Nor is it seen when the waker that was left is dropped
//! under the lock by itself: the inbox still has a clone of it.

#[cfg(test)]
#[allow(dead_code)] // The transport has a use for all of it.
#[path = "../../ockam_transport/src/accounts/acknowledged.rs"]
mod acknowledged;
#[cfg(test)]
#[allow(dead_code)] // The node has a use for all of it.
#[path = "../../ockam_node/src/lifecycle/mod.rs"]
mod lifecycle;
#[cfg(test)]
#[allow(dead_code, unused_imports)] // The node has a use for each of them.
#[path = "../../ockam_node/src/mailbox/mod.rs"]
mod mailbox;
#[cfg(test)]
#[allow(dead_code, unreachable_pub)] // The transports reach it.
#[path = "../../ockam_node/src/send_error.rs"]
mod send_error;
#[cfg(test)]
#[path = "../../ockam_node/src/time/shared_waker.rs"]
mod shared_waker;
#[cfg(test)]
#[path = "../../ockam_core/src/reply/slot.rs"]
mod slot;
#[cfg(test)]
mod sync;
#[cfg(test)]
#[allow(dead_code)] // The transport has a use for all of it.
#[path = "../../ockam_transport/src/accounts/taken_in.rs"]
mod taken_in;

#[cfg(test)]
mod ends;
#[cfg(test)]
mod explore;
#[cfg(test)]
mod task;
#[cfg(test)]
mod wakers;

#[cfg(test)]
mod models;
