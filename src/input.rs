//! In: facts as JSON or `name=value`. Out: checked facts, or everything wrong with them. Never here: policies' text.
