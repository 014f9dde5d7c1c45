//! How PostgreSQL's drivers say that a connection is gone.
//!
//! Diesel keeps no SQLSTATE, and tells a lost connection from other errors only where libpq has
//! noticed it by then. The texts are those of libpq, of tokio-postgres and of the server; of the
//! server only English ones are read (`lc_messages`).

/// Whether a message says that the connection is gone.
pub(super) fn is_gone(message: &str) -> bool {
    let begins = |parts: &[&str]| parts.iter().any(|part| message.starts_with(part));
    // The server's: 57P01, 57P02, 57P03, 57P05, 25P03 and their like.
    begins(&[
        "terminating connection ",
        "the database system is ",
        // tokio-postgres's.
        "connection closed",
        "error communicating with the server",
        "unexpected message from server",
        // The task that carried its bytes is gone.
        "channel closed",
        // libpq's.
        "no connection to the server",
        "connection not open",
        "could not send data to server",
        "could not receive data from server",
        "lost synchronization with server",
        "SSL connection has been closed unexpectedly",
        "SSL SYSCALL error",
    ]) || message
        .lines()
        .any(|line| line.starts_with("server closed the connection unexpectedly"))
}

/// Whether libpq had no connection to send on.
pub(super) fn is_unsent(message: &str) -> bool {
    ["no connection to the server", "connection not open"]
        .iter()
        .any(|part| message.starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_understood() {
        for message in [
            "server closed the connection unexpectedly\n\tThis probably means the server terminated \
             abnormally\n\tbefore or while processing the request.\n",
            "no connection to the server\n",
            "terminating connection due to administrator command",
            "terminating connection because of crash of another server process",
            "the database system is shutting down",
            "connection closed",
            "error communicating with the server: Connection reset by peer (os error 104)",
        ] {
            assert!(is_gone(message), "{message}");
        }
    }

    #[test]
    fn other_messages_say_nothing() {
        for message in [
            "",
            "relation \"connection closed\" does not exist",
            "invalid input syntax for type integer: \"server closed the connection unexpectedly\"",
            "canceling statement due to user request",
            "deadlock detected",
            "another command is already in progress\n",
        ] {
            assert!(!is_gone(message), "{message}");
        }
    }
}
