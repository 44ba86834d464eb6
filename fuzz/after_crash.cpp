// SPDX-License-Identifier: Apache-2.0
#include "after_crash.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include "lockstep/language/program.h"
#include "lockstep/oracles/shared_memory.h"

namespace lockstep::after_crash {
namespace {

constexpr std::array kPassedOn = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

/// What a child leaves behind, in memory that it shares with the parent.
struct LeftBehind {
  std::size_t input_size = 0;
  std::array<std::uint8_t, kMaxProgramBytes> input;
  bool has_ended = false;
  std::size_t recorded_size = 0;
  std::array<char, 1 << 20> recorded;  // a line for each: the signature, a tab, and where it is kept
};

LeftBehind* left = nullptr;
volatile pid_t child = 0;  // 0 for none; in the child, its own number
volatile std::sig_atomic_t interruptions = 0;

/// The child decides what a signal means. One that a terminal sends has reached it already. While there is none, a
/// second interruption ends the parent.
void pass_on(int number, siginfo_t* sender, void*) {
  if (number == SIGINT || number == SIGTERM) interruptions = interruptions + 1;
  if (child == 0 && interruptions > 1) _exit(kInterrupted);
  if (child > 0 && sender->si_code <= 0) kill(child, number);
}

void pass_signals_on() {
  struct sigaction action = {};
  action.sa_sigaction = pass_on;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (const int number : kPassedOn) sigaction(number, &action, nullptr);
  std::signal(SIGCHLD, SIG_DFL);
}

void begin_child(pid_t parent) {
  child = getpid();
  for (const int number : kPassedOn) std::signal(number, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kInterrupted);  // it ended before prctl, so no signal will come
}

/// How the child ends, as waitpid tells it.
int wait_for_child() {
  int status = 0;
  pid_t ended = -1;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  if (ended < 0) throw std::system_error(errno, std::generic_category(), "waitpid");
  child = 0;
  return status;
}

bool is_child() { return left != nullptr && child == getpid(); }

void learn(KnownFindings& known) {
  std::string_view recorded(left->recorded.data(), left->recorded_size);
  while (!recorded.empty()) {
    const std::string_view line = recorded.substr(0, recorded.find('\n'));
    const std::size_t tab = std::min(line.find('\t'), line.size());
    if (!known.count(line.substr(0, tab)))
      known.add_found(std::string(line.substr(0, tab)), std::string(line.substr(std::min(tab + 1, line.size()))));
    recorded.remove_prefix(std::min(line.size() + 1, recorded.size()));
  }
}

}  // namespace

bool fork_to_fuzz(KnownFindings& known, const std::function<void(std::span<const std::uint8_t> last_input)>& judge,
                  const std::function<void(int code)>& end_with) {
  left = share<LeftBehind>().release();  // to the very end
  const pid_t parent = getpid();
  pass_signals_on();
  for (const bool is_second : {false, true}) {
    left->input_size = left->recorded_size = 0;
    child = fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (child == 0) {
      begin_child(parent);
      return is_second;
    }
    const int status = wait_for_child();
    if (left->has_ended) _exit(WIFEXITED(status) ? WEXITSTATUS(status) : kFound);
    learn(known);
    if (interruptions > 0) end_with(kInterrupted);
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kInterrupted))
      end_with(WEXITSTATUS(status));
    judge(std::span(left->input).first(left->input_size));
    if (interruptions > 0) end_with(kInterrupted);
  }
  end_with(kFound);
  return true;
}

void remember(std::span<const std::uint8_t> input) {
  if (!is_child()) return;
  left->input_size = std::min(input.size(), left->input.size());
  std::copy_n(input.begin(), left->input_size, left->input.begin());
}

void record(const std::string& signature, const std::string& kept) {
  if (!is_child()) return;
  const std::string line = signature + '\t' + kept + '\n';
  // Half of the room is for new findings.
  const std::size_t room = left->recorded.size() / (kept.empty() ? 2 : 1);
  if (left->recorded_size + line.size() > room) return;
  std::copy(line.begin(), line.end(), left->recorded.begin() + static_cast<std::ptrdiff_t>(left->recorded_size));
  left->recorded_size += line.size();
}

void end() {
  if (is_child()) left->has_ended = true;
}

}  // namespace lockstep::after_crash
