// SPDX-License-Identifier: Apache-2.0
#include "after_crash.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "lockstep/language/program.h"
#include "lockstep/oracles/shared_memory.h"

namespace lockstep::after_crash {
namespace {

struct Life {
  std::size_t size;
  std::array<std::uint8_t, kMaxProgramBytes> input;
  bool has_ended;
};

Life* life = nullptr;         // of the child, in memory that it shares with the parent
std::FILE* parent = nullptr;  // in the child
volatile pid_t child = 0;     // in the parent

/// The parent leaves signals to the child. One that a terminal sends has reached it already.
void pass_on(int number, siginfo_t* sender, void*) {
  if (sender->si_code <= 0) kill(child, number);
}

void handle_interruptions(bool passes_on) {
  struct sigaction action = {};
  if (passes_on) {
    action.sa_sigaction = pass_on;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
  } else {
    action.sa_handler = SIG_DFL;
  }
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaction(number, &action, nullptr);
}

/// Until the child ends.
void listen(std::FILE* from, KnownFindings& known) {
  char* line = nullptr;
  std::size_t room = 0;
  while (getline(&line, &room, from) > 0) {
    std::string signature = line;
    signature.pop_back();
    const std::size_t tab = signature.find('\t');
    std::string kept = signature.substr(tab + 1);
    signature.resize(tab);
    if (!known.count(signature)) known.add_found(std::move(signature), std::move(kept));
  }
  std::free(line);
}

int wait_for_child() {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

bool is_to_go_on(KnownFindings& known) {
  constexpr int kInterrupted = 72;  // the code of libFuzzer
  life = share<Life>().release();   // to the very end
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    close(ends[0]);
    parent = fdopen(ends[1], "w");
    return false;
  }
  handle_interruptions(true);
  close(ends[1]);
  std::FILE* const from = fdopen(ends[0], "r");
  listen(from, known);
  std::fclose(from);
  const int status = wait_for_child();
  handle_interruptions(false);
  if (WIFEXITED(status)) {
    const int code = WEXITSTATUS(status);
    if (life->has_ended || code == 0 || code == kInterrupted) _exit(code);
  }
  return true;
}

void remember(std::span<const std::uint8_t> input) {
  if (parent == nullptr) return;
  life->size = std::min(input.size(), life->input.size());
  std::copy_n(input.begin(), life->size, life->input.begin());
}

void tell(const std::string& signature, const std::string& kept) {
  if (parent == nullptr) return;
  std::fprintf(parent, "%s\t%s\n", signature.c_str(), kept.c_str());
  std::fflush(parent);
}

void end() {
  if (parent != nullptr) life->has_ended = true;
}

std::span<const std::uint8_t> last_input() { return std::span(life->input).first(life->size); }

}  // namespace lockstep::after_crash
