use ockam_node::{WorkerReport, WorkerState};

/// Keeps at most `max` workers, in their order: first those that are not idle.
pub(crate) fn choose<T>(
    workers: Vec<T>,
    max: usize,
    report: impl Fn(&T) -> &WorkerReport,
) -> Vec<T> {
    if workers.len() <= max {
        return workers;
    }
    let is_idle = |worker: &T| is_idle(report(worker));
    let busy = workers.iter().filter(|worker| !is_idle(worker)).count();
    let (mut room_for_busy, mut room_for_idle) = (max, max.saturating_sub(busy));
    let mut take = |worker: &T| {
        let room = match is_idle(worker) {
            true => &mut room_for_idle,
            false => &mut room_for_busy,
        };
        let has_room = *room > 0;
        *room = room.saturating_sub(1);
        has_room
    };
    workers.into_iter().filter(|worker| take(worker)).collect()
}

fn is_idle(worker: &WorkerReport) -> bool {
    let waits = matches!(worker.state, WorkerState::Waiting | WorkerState::Open);
    waits && worker.queued == 0 && worker.restarts == 0 && !worker.is_stopping
}
