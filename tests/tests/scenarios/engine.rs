//! Engines: what a wrong URL, an unreachable server and an exhausted pool say.
