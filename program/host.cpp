#include "conformance/doors/host.h"

#include <unistd.h>

#include <array>

#include "conformance/adapters/builtin.h"
#include "core/errors.h"
#include "program/verbs.h"

namespace convproof::program {

std::string program_path() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) throw std::runtime_error("expected /proc/self/exe to name the program");
  return {path.data(), static_cast<std::size_t>(length)};
}

void add_host(CLI::App& app, Action& action) {
  struct Flags {
    std::string builtin;
    std::string plugin;
    int threads = 2;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("host", "Serve a library over standard input and output");
  verb->group("");  // Hidden: only convproof itself starts it.
  verb->add_option("--builtin", flags->builtin);
  verb->add_option("--plugin", flags->plugin);
  verb->add_option("--threads", flags->threads);
  verb->callback([flags, &action] {
    action = [flags] {
      const auto pipes = conformance::claim_standard_streams();
      const auto subject = flags->plugin.empty() ? conformance::builtin_subject(flags->builtin)
                                                 : conformance::load_plugin(flags->plugin);
      return conformance::run_host(subject, flags->threads, pipes);
    };
  });
}

}  // namespace convproof::program
