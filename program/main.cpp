#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "conformance/doors/subject.h"
#include "core/errors.h"
#include "program/verbs.h"

namespace {

constexpr const char* kFooter = R"(examples:
  convproof verify --builtin fast                      judge our own fast path
  convproof verify --plugin ./libmine.so               judge a shared library
  convproof verify --exec 'python3 mine.py' --tier smoke
  convproof run --plugin ./libmine.so --case 'conv2d:N1C1H3W3:O1:k2x2:s1x1:p0,0,0,0:d1x1:g1:y:f32:fill=integers:seed=1'
  convproof hello ./libmine.so                         what a subject says of itself

exit codes: 0 conforms, 1 does not conform, 2 could not tell (bad usage, cannot start, interrupted))";

int could_not_tell(const char* sentence) {
  std::cerr << "convproof: " << sentence << '\n';
  return 2;
}

bool is_verb(CLI::App& app, const std::string& word) {
  const auto verbs = app.get_subcommands(nullptr);
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](const CLI::App* verb) { return verb->check_name(word); });
}

/// Pipes to subjects must not become the program's own standard streams.
void open_standard_streams() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0) (void)open("/dev/null", O_RDWR);
  }
}

/// The exit code, unless what was to be said could not be said. A reader that has had enough
/// (`convproof list | head`) is no mistake.
int after_output(int code) {
  std::cout.flush();
  if (std::cout) return code;
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  if (poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0) return code;
  (void)could_not_tell("cannot write to standard output");
  return code == 0 ? 2 : code;
}

int run(int argc, char** argv) {
  CLI::App app{"convproof tells whether an implementation of a CNN operator is right", "convproof"};
  app.footer(kFooter);
  app.set_version_flag("--version", "convproof " CONVPROOF_VERSION);
  convproof::program::Action action;
  convproof::program::add_verify(app, action);
  convproof::program::add_run(app, action);
  convproof::program::add_list(app, action);
  convproof::program::add_hello(app, action);
  convproof::program::add_merge(app, action);
  convproof::program::add_model(app, action);
  convproof::program::add_derive(app, action);
  convproof::program::add_notes(app, action);
  convproof::program::add_host(app, action);
  // Said here, because CLI11 would only say that something is required.
  const std::string verb = argc > 1 ? argv[1] : "none";
  if (argc < 2 || (!verb.starts_with('-') && !is_verb(app, verb))) {
    return could_not_tell(
        ("expected a verb of verify, run, list, hello, merge, model, derive, notes, found '" +
         verb + "' (see convproof --help)")
            .c_str());
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version.
    return could_not_tell((std::string(e.what()) + " (see convproof --help)").c_str());
  }
  if (!action) return could_not_tell("expected a verb first, then its options");
  return action();
}

int run_and_explain(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    return could_not_tell("expected enough memory, found too little");
  } catch (const std::exception& e) {
    return could_not_tell(e.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A subject that ends while it is written to is its own failure, not ours.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // A file that is too large cannot be written, and that is said.
  // Whoever started us may have ignored it; then nobody's end could be waited for.
  std::signal(SIGCHLD, SIG_DFL);
  open_standard_streams();
  convproof::conformance::adopt_orphans();
  const int code = run_and_explain(argc, argv);
  convproof::conformance::end_orphans();
  return after_output(code);
}
