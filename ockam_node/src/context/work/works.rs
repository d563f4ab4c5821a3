use std::sync::Arc;

use crate::context::scope::Scope;

/// What one incarnation of a context has handed out. It is dropped together with this.
#[derive(Default)]
pub(crate) struct Works {
    scope: Arc<Scope>,
}

impl Works {
    pub(super) fn scope(&self) -> Arc<Scope> {
        self.scope.clone()
    }
}

impl Drop for Works {
    fn drop(&mut self) {
        self.scope.cancel();
    }
}
