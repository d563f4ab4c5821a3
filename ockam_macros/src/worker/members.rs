//! The traits whose impls are completed, and their members.

use proc_macro2::Ident;

use crate::arguments::Usage;

/// A trait that one of the attributes completes.
#[derive(Clone, Copy)]
pub(super) struct Trait {
    pub(super) name: &'static str,
    /// What implements it.
    pub(super) noun: &'static str,
    pub(super) usage: Usage,
    pub(super) types: Kind,
    pub(super) methods: Kind,
    /// The function that makes the compiler check the trait.
    pub(super) check: &'static str,
}

pub(super) const WORKER: Trait = Trait {
    name: "Worker",
    noun: "worker",
    usage: Usage {
        attribute: "#[async_worker]",
        takes: TAKES,
    },
    types: Kind {
        noun: "type",
        names: &["Message", "Context"],
    },
    methods: Kind {
        noun: "method",
        names: &[
            "initialize",
            "handle_message",
            "handle_routed",
            "undelivered",
            "down",
            "stopping",
            "shutdown",
        ],
    },
    check: "is_worker",
};

pub(super) const PROCESSOR: Trait = Trait {
    name: "Processor",
    noun: "processor",
    usage: Usage {
        attribute: "#[async_processor]",
        takes: TAKES,
    },
    types: Kind {
        noun: "type",
        names: &["Context"],
    },
    methods: Kind {
        noun: "method",
        names: &["initialize", "process", "shutdown"],
    },
    check: "is_processor",
};

/// All traits, to find out which one is meant.
pub(super) const TRAITS: [Trait; 2] = [WORKER, PROCESSOR];

const TAKES: &str = "`crate = \"my_ockam\"`";

/// A kind of members.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) noun: &'static str,
    pub(super) names: &'static [&'static str],
}

/// Returns whether a method takes a message.
pub(super) fn is_handler(method: &Ident) -> bool {
    method == "handle_message" || method == "handle_routed"
}

/// Returns the arguments of a method after `&mut self`, as a user writes them.
pub(super) fn arguments(method: &str) -> &'static [&'static str] {
    match method {
        "handle_message" => &["ctx: &mut Context", "msg: …"],
        "handle_routed" => &["ctx: &mut Context", "msg: Routed<…>"],
        "undelivered" => &["ctx: &mut Context", "failure: Error"],
        "down" => &["ctx: &mut Context", "down: Down"],
        _ => &["ctx: &mut Context"],
    }
}

/// Returns a method's signature, as a user writes it.
pub(super) fn signature(method: &str) -> String {
    let arguments = arguments(method).join(", ");
    let output = output(method);
    format!("async fn {method}(&mut self, {arguments}) -> {output}")
}

/// Returns what a method returns, as a user writes it.
pub(super) fn output(method: &str) -> &'static str {
    match method {
        "process" => "Result<bool>",
        _ => "Result<()>",
    }
}
