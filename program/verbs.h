// The verbs of the command `convproof`. Each file composes the rooms; it has no logic of its own.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace convproof::program {

/// What a verb does once its options are read; returns the exit code.
using Action = std::function<int()>;

/// Each adds one subcommand; `action` is set to what it does when it was chosen.
void add_verify(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_hello(CLI::App& app, Action& action);
void add_merge(CLI::App& app, Action& action);
void add_model(CLI::App& app, Action& action);
void add_derive(CLI::App& app, Action& action);
void add_notes(CLI::App& app, Action& action);
/// Hidden: the child process in which shared libraries and built-in paths run.
void add_host(CLI::App& app, Action& action);

/// For names of files: an empty one is a variable that was not set, and no wish for the default.
CLI::Validator not_empty();

/// The path of this very program, for starting hosts.
std::string program_path();

}  // namespace convproof::program
