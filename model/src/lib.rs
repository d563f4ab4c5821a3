//! Model-checks with loom what threads share: the mailbox, the lifecycle of a worker and the waker of its
//! timers and the queue of an answer that goes on (`ockam_node`), the reply slot (`ockam_core`), and the acknowledgements of a connection
//! (`ockam_transport`). Their source files are included by path, and made of loom's types instead of those
//! of the standard library.
//!
//! The tables say what the models find. Each mutation is a patch in `mutations/`, which breaks the code.
//! The model beside it fails then, with two preemptions at most; often others do, too. `model/mutate`
//! reads the tables and checks this.
//!
//! | A wake-up is lost | a model that fails |
//! |---|---|
//! | `try_push_wakes_nobody` | `wake::by_each_message_of_a_sender` |
//! | `try_push_all_wakes_nobody` | `together::the_first_ones_are_received_and_wake` |
//! | `push_reserved_wakes_nobody` | `wake::by_a_reserved_message` |
//! | `wake_receiver_wakes_nobody` | `wake::by_something_else_behind_a_lone_message` |
//! | `poll_fill_keeps_the_old_waker` | `wake::with_the_waker_of_its_last_poll` |
//! | `poll_fill_keeps_the_first_waker` | `wake::with_the_waker_of_its_last_poll` |
//! | `register_keeps_the_old_waker` | `room::with_the_waker_of_the_last_poll` |
//! | `release_does_nothing` | `room::before_a_handler_waits` |
//! | `release_wakes_nobody` | `room::before_a_handler_waits` |
//! | `remove_does_not_release` | `room::of_a_message_taken_out_of_the_middle` |
//! | `begin_grants_no_block` | `room::once_a_block_of_places_is_free` |
//! | `grant_forgets_who_still_waits` | `room::for_the_second_of_two_who_wait` |
//! | `poll_fill_grants_nothing` | `room::before_the_receiver_waits_for_messages` |
//! | `poll_reserve_announces_nobody` | `room::before_a_handler_waits` |
//! | `poll_reserve_grants_nothing` | `room::before_a_handler_waits` |
//! | `poll_reserve_wakes_nobody` | `room::for_both_of_two_who_wait` |
//! | `give_back_grants_nothing` | `give_back::to_one_who_waits_behind` |
//! | `give_back_wakes_nobody` | `give_back::to_one_who_waits_behind` |
//! | `close_wakes_no_receiver` | `close::the_last_sender_to_leave_closes` |
//! | `close_wakes_no_senders` | `close::those_who_wait_are_woken_and_get_their_messages_back` |
//! | `push_own_wakes_nobody` | `close::the_receiver_waits_for_the_message_of_work_under_way` |
//! | `end_work_wakes_nobody` | `close::work_that_ends_without_a_message_wakes_the_receiver` |
//!
//! | The receiver relies on a waker that is not there | a model that fails |
//! |---|---|
//! | `take_receiver_leaves_waker_set` | `wake::by_what_comes_behind_a_lone_message` |
//! | `try_push_leaves_waker_set` | `wake::by_what_comes_behind_a_lone_message` |
//! | `push_reserved_leaves_waker_set` | `wake::by_a_reserved_message` |
//! | `poll_reserve_leaves_waker_set` | `wake::by_a_reserved_message_behind_a_lone_one` |
//! | `close_leaves_waker_set` | `wake::by_the_end_behind_a_lone_message` |
//! | `wake_receiver_leaves_waker_set` | `wake::by_something_else_behind_a_lone_message` |
//! | `waker_set_after_the_lock` | `wake::by_what_comes_behind_a_lone_message` |
//! | `waker_set_without_a_waker` | `wake::by_what_comes_behind_a_lone_message` |
//! | `waker_set_for_any_task` | `wake::in_another_task_by_what_comes_behind_a_lone_message` |
//! | `a_waker_is_left_at_a_closed_mailbox` | `wake::by_the_end_behind_a_lone_message` |
//! | `a_waker_is_left_while_senders_wait` | `room::before_the_receiver_waits_behind_a_lone_message` |
//! | `waker_set_before_all_permits_are_granted` | `room::before_the_receiver_waits_behind_a_message_that_it_skipped` |
//! | `poll_reserve_takes_no_receiver` | `wake::by_a_reserved_message_behind_a_lone_one` |
//! | `poll_ready_waits_with_a_batch` | `wake::by_nothing_for_a_message_of_its_batch` |
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
//! | `one_place_too_many_after_begun_is_read` | `capacity::with_a_batch` |
//! | `one_place_too_few` | `order::of_one_sender_and_batches` |
//! | `try_push_takes_no_place` | `capacity::with_one_place` |
//! | `try_push_all_takes_no_places` | `together::as_many_as_have_room_behind_a_batch` |
//! | `try_push_all_takes_them_all` | `together::as_many_as_have_room_behind_a_batch` |
//! | `a_batch_is_begun_when_it_is_taken` | `room::of_a_batch_as_it_is_begun` |
//! | `begun_is_never_read_again` | `room::before_a_handler_waits` |
//! | `a_grant_is_not_counted` | `capacity::with_one_place` |
//! | `a_permit_is_granted_one_too_early` | `capacity::with_one_place` |
//! | `give_back_keeps_the_place` | `give_back::to_one_who_comes_later` |
//! | `give_back_frees_what_was_not_granted` | `capacity::with_one_who_gives_up` |
//!
//! | The order is lost | a model that fails |
//! |---|---|
//! | `try_push_overtakes` | `order::nobody_overtakes_one_who_waits` |
//! | `try_push_all_overtakes` | `together::they_overtake_nobody_who_waits` |
//! | `grant_begins_with_the_last` | `order::whoever_waits_longer_comes_first` |
//! | `poll_fill_puts_messages_in_front` | `wake::while_its_batch_has_other_messages` |
//!
//! | The end is lost | a model that fails |
//! |---|---|
//! | `try_push_after_close` | `close::a_message_is_received_or_given_back` |
//! | `try_push_all_after_close` | `together::all_are_received_or_given_back` |
//! | `push_reserved_after_close` | `close::a_granted_permit_ends_with_the_mailbox` |
//! | `the_end_comes_before_the_queue` | `close::a_message_is_received_or_given_back` |
//! | `drain_leaves_the_mailbox_open` | `give_back::to_nobody_once_the_mailbox_is_closed` |
//! | `drain_leaves_the_queue` | `close::drain_takes_all_that_was_accepted` |
//!
//! | Code of a user runs under the lock of the mailbox | a model that fails |
//! |---|---|
//! | `try_push_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `try_push_all_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `push_reserved_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `wake_receiver_wakes_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `close_wakes_the_receiver_under_the_lock` | `user_code::of_those_who_wait_at_a_mailbox_that_closes` |
//! | `close_wakes_senders_under_the_lock` | `user_code::of_those_who_wait_at_a_mailbox_that_closes` |
//! | `release_wakes_under_the_lock` | `user_code::of_a_sender_that_is_granted_a_permit` |
//! | `poll_fill_wakes_under_the_lock` | `user_code::of_a_sender_that_is_granted_a_permit` |
//! | `poll_fill_drops_the_waker_before_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `poll_fill_drops_both_wakers_under_the_lock` | `user_code::of_a_receiver_that_registers_other_wakers` |
//! | `poll_reserve_wakes_under_the_lock` | `user_code::of_a_sender_that_is_granted_a_permit` |
//! | `poll_reserve_wakes_the_receiver_under_the_lock` | `user_code::of_a_receiver_that_is_woken` |
//! | `poll_reserve_drops_a_waker_under_the_lock` | `user_code::of_a_sender_that_registers_another_waker_and_gives_up` |
//! | `give_back_wakes_under_the_lock` | `user_code::of_a_sender_that_gets_the_permit_of_another_one` |
//! | `give_back_drops_a_waker_under_the_lock` | `user_code::of_a_sender_that_registers_another_waker_and_gives_up` |
//!
//! | A shared waker wakes the wrong task, or none | a model that fails |
//! |---|---|
//! | `shared_waker_wakes_nobody` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_replaces_another_task` | `shared_waker::wakes_both_of_two_tasks` |
//! | `shared_waker_stays_registered` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_counts_no_wakeup` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_counts_before_it_clears` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_counts_relaxed` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_reads_no_generation_first` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_reads_the_first_generation_relaxed` | `shared_waker::wakes_a_task_that_is_registered` |
//! | `shared_waker_reads_no_generation_last` | `shared_waker::is_registered_for_no_mixture_of_two_tasks` |
//! | `shared_waker_reads_the_last_generation_too_early` | `shared_waker::is_registered_for_no_mixture_of_two_tasks` |
//! | `shared_waker_returns_the_generation_after_the_lock` | `shared_waker::wakes_a_task_that_registers_during_a_wakeup` |
//! | `shared_waker_ignores_the_data` | `shared_waker::is_registered_for_no_other_task` |
//! | `shared_waker_ignores_the_vtable` | `shared_waker::is_registered_for_no_mixture_of_two_tasks` |
//! | `shared_waker_writes_the_data_last` | `shared_waker::is_registered_for_no_other_task` |
//! | `shared_waker_writes_the_vtable_relaxed` | `shared_waker::is_registered_for_no_other_task` |
//! | `shared_waker_reads_the_vtable_relaxed` | `shared_waker::is_registered_for_no_other_task` |
//! | `shared_waker_writes_the_data_relaxed` | `shared_waker::is_registered_for_no_mixture_of_two_tasks` |
//! | `shared_waker_reads_the_data_relaxed` | `shared_waker::is_registered_for_no_mixture_of_two_tasks` |
//! | `shared_waker_ignores_the_limit` | `shared_waker::is_registered_for_no_shorter_limit` |
//! | `shared_waker_keeps_the_last_limit` | `shared_waker::keeps_the_shortest_limit` |
//! | `shared_waker_wakes_under_the_lock` | `shared_waker::runs_no_code_of_a_user_under_the_lock` |
//!
//! | An ask ends twice, or the asker does not hear of it | a model that fails |
//! |---|---|
//! | `reply_slot_wakes_nobody` | `reply_slot::an_answer_wakes_the_asker` |
//! | `reply_slot_keeps_the_old_waker` | `reply_slot::an_answer_wakes_the_task_that_polled_last` |
//! | `reply_slot_forgets_its_first_waker` | `reply_slot::an_answer_wakes_the_task_that_the_slot_was_made_for` |
//! | `reply_slot_registers_when_it_has_ended` | `reply_slot::an_answer_wakes_the_asker` |
//! | `reply_slot_has_ended_before_there_is_an_outcome` | `reply_slot::an_answer_wakes_the_asker` |
//! | `reply_slot_has_an_outcome_but_has_not_ended` | `reply_slot::an_ask_that_has_ended_takes_no_answer` |
//! | `reply_slot_takes_a_second_answer` | `reply_slot::one_of_two_answers_is_accepted` |
//! | `reply_slot_is_open_again_when_it_is_taken` | `reply_slot::the_outcome_is_taken_once` |
//! | `reply_slot_adds_no_right` | `reply_slot::a_clone_of_a_right_keeps_the_ask_open` |
//! | `reply_slot_ends_with_any_right` | `reply_slot::a_right_that_is_dropped_does_not_end_what_another_one_answers` |
//! | `reply_slot_counts_rights_in_two_steps` | `reply_slot::the_last_right_that_is_dropped_wakes_the_asker` |
//! | `reply_slot_ends_without_a_right_left` | `reply_slot::the_last_right_that_is_dropped_wakes_the_asker` |
//! | `reply_slot_takes_an_answer_for_nobody` | `reply_slot::an_asker_that_stops_waiting_refuses_answers` |
//! | `reply_slot_does_not_say_that_it_is_abandoned` | `reply_slot::an_asker_that_stops_waiting_refuses_answers` |
//! | `reply_slot_wakes_under_the_lock` | `reply_slot::no_waker_is_woken_under_the_lock` |
//! | `reply_slot_drops_a_waker_under_the_lock` | `reply_slot::no_waker_is_dropped_under_the_lock` |
//! | `reply_slot_drops_an_outcome_under_the_lock` | `reply_slot::no_outcome_is_dropped_under_the_lock` |
//! | `reply_slot_was_open_though_it_had_ended` | `reply_slot::an_ask_is_answered_or_abandoned` |
//! | `reply_slot_is_abandoned_with_an_outcome` | `reply_slot::an_ask_is_answered_or_abandoned` |
//! | `reply_slot_is_not_abandoned` | `reply_slot::an_ask_is_answered_or_abandoned` |
//! | `reply_slot_looks_at_the_flag_for_the_order` | `reply_slot::whoever_ends_an_ask_sees_those_who_saw_it_open` |
//! | `reply_slot_is_open_for_fewer_rights` | `reply_slot::an_open_ask_knows_how_many_rights_are_left` |
//! | `reply_slot_is_open_for_more_rights` | `reply_slot::an_open_ask_knows_how_many_rights_are_left` |
//! | `reply_slot_is_open_though_it_has_ended` | `reply_slot::an_open_ask_knows_how_many_rights_are_left` |
//!
//! | An answer that goes on loses a part or its end, or one end does not hear of the other | a model that fails |
//! |---|---|
//! | `parts_push_wakes_nobody` | `parts::a_part_wakes_the_reader` |
//! | `parts_end_wakes_nobody` | `parts::the_end_comes_behind_all_parts_and_wakes_the_reader` |
//! | `parts_the_reader_registers_after_it_has_looked` | `parts::a_part_wakes_the_reader` |
//! | `parts_the_end_overtakes` | `parts::the_end_comes_behind_all_parts_and_wakes_the_reader` |
//! | `parts_keep_the_first_waker_of_the_reader` | `parts::the_task_that_polled_last_is_woken` |
//! | `parts_take_wakes_nobody` | `parts::what_is_taken_makes_room` |
//! | `parts_the_writer_registers_after_it_has_looked` | `parts::what_is_taken_makes_room` |
//! | `parts_have_room_for_one_more` | `parts::what_is_taken_makes_room` |
//! | `parts_close_wakes_nobody` | `parts::a_reader_that_goes_wakes_the_writer` |
//! | `parts_take_a_part_that_nobody_reads` | `parts::a_part_is_read_or_given_back` |
//! | `parts_have_a_second_end` | `parts::there_is_one_end` |
//! | `parts_cancel_what_has_ended` | `parts::a_connection_hears_that_the_reader_has_gone_unless_the_answer_has_ended` |
//! | `parts_cancel_nothing` | `parts::a_connection_hears_that_the_reader_has_gone_unless_the_answer_has_ended` |
//! | `parts_grant_less_than_was_taken` | `parts::a_connection_hears_of_all_that_is_taken` |
//! | `parts_wake_under_the_lock` | `parts::no_waker_is_woken_under_the_lock` |
//! | `parts_drop_the_waker_of_the_writer_under_the_lock` | `parts::no_waker_is_dropped_under_the_lock` |
//! | `parts_call_a_connection_under_the_lock` | `parts::no_connection_is_called_under_the_lock` |
//!
//! | A worker survives a kill, or its end is reported wrongly | a model that fails |
//! |---|---|
//! | `lifecycle_ignores_a_kill_before_it_runs` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_ignores_a_kill_before_it_begins` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_ignores_a_kill_between_begin_and_run` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_ignores_a_kill_while_it_runs` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_begins_although_it_was_killed` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_runs_although_it_was_killed` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_forgets_the_handle_of_its_task` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_notes_a_kill_after_the_abort` | `lifecycle::a_kill_ends_a_worker_that_starts` |
//! | `lifecycle_wakes_nobody` | `lifecycle::the_end_wakes_all_who_wait` |
//! | `lifecycle_wakes_the_first_waiter_alone` | `lifecycle::the_end_wakes_all_who_wait` |
//! | `lifecycle_wakes_all_but_the_first_waiter` | `lifecycle::the_end_wakes_all_who_wait` |
//! | `lifecycle_overwrites_the_first_waiter` | `lifecycle::the_end_wakes_all_who_wait` |
//! | `lifecycle_overwrites_the_other_waiters` | `lifecycle::all_are_woken_and_nobody_under_the_lock` |
//! | `lifecycle_keeps_the_old_waker` | `lifecycle::the_end_wakes_the_task_that_polled_last` |
//! | `lifecycle_gives_all_waits_one_number` | `lifecycle::the_end_wakes_all_who_wait` |
//! | `lifecycle_keeps_the_first_waker_of_a_dropped_wait` | `lifecycle::a_wait_that_is_dropped_leaves_no_waker` |
//! | `lifecycle_keeps_the_other_wakers_of_dropped_waits` | `lifecycle::a_wait_that_is_dropped_leaves_no_waker` |
//! | `lifecycle_removes_another_waker` | `lifecycle::a_wait_that_is_dropped_leaves_no_waker` |
//! | `lifecycle_registers_after_it_has_looked` | `lifecycle::the_end_wakes_one_who_waits_from_the_beginning` |
//! | `lifecycle_wakes_nobody_when_it_is_killed` | `lifecycle::a_kill_ends_the_initialize_of_a_worker` |
//! | `lifecycle_changes_its_reason_after_the_end` | `lifecycle::the_reason_of_the_end_is_final` |
//! | `lifecycle_ends_after_it_has_told_the_reason` | `lifecycle::the_reason_of_the_end_is_final` |
//! | `lifecycle_keeps_the_first_reason` | `lifecycle::a_failure_outweighs_what_was_asked_for` |
//! | `lifecycle_takes_the_last_reason` | `lifecycle::a_failure_outweighs_what_was_asked_for` |
//! | `lifecycle_takes_the_last_of_equal_reasons` | `lifecycle::the_first_of_two_stops_is_the_reason` |
//! | `lifecycle_does_not_know_its_task_before_the_handle` | `lifecycle::only_its_own_task_runs_a_worker` |
//! | `lifecycle_takes_every_task_for_its_own` | `lifecycle::only_its_own_task_runs_a_worker` |
//! | `lifecycle_notes_no_reason_of_a_stop` | `lifecycle::a_stop_is_the_reason_and_knows_who_asks_for_it` |
//! | `lifecycle_wakes_under_the_lock` | `lifecycle::all_are_woken_and_nobody_under_the_lock` |
//! | `lifecycle_drops_a_waker_under_the_lock` | `lifecycle::a_wait_that_is_dropped_leaves_no_waker` |
//! | `lifecycle_replaces_a_waker_under_the_lock` | `lifecycle::a_wait_has_one_waker` |
//! | `lifecycle_drops_its_task_under_the_lock` | `lifecycle::no_task_is_aborted_or_dropped_under_the_lock` |
//! | `lifecycle_aborts_its_task_under_the_lock` | `lifecycle::no_task_is_aborted_or_dropped_under_the_lock` |
//! | `lifecycle_aborts_a_killed_task_under_the_lock` | `lifecycle::no_task_is_aborted_or_dropped_under_the_lock` |
//!
//! | An acknowledgement is lost, or a sender waits for one that has come | a model that fails |
//! |---|---|
//! | `no_fence_of_the_receiver_of_frames` | `acknowledge::every_message_that_is_taken_in` |
//! | `no_fence_of_the_task_that_acknowledges` | `acknowledge::every_message_that_is_taken_in` |
//! | `no_fence_of_the_sender_that_waits` | `acknowledge::wakes_a_sender_that_waits_for_it` |
//! | `no_fence_of_the_peer_that_acknowledges` | `acknowledge::wakes_a_sender_that_waits_for_it` |
//!
//! Some changes lose nothing, so no model fails. The mailbox only gets slower if the receiver leaves its
//! waker with a batch of two, which wakes it while it is busy, or leaves it without setting `waker_set`,
//! so that it takes the lock to see that nothing has come. A waker that is dropped under the lock goes
//! unnoticed where another clone of it lives.

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
mod panics;
#[cfg(test)]
#[allow(dead_code)] // The node has a use for all of it.
#[path = "../../ockam_node/src/streaming/parts.rs"]
mod parts;
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
