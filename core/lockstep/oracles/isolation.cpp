#include "lockstep/oracles/isolation.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <system_error>
#include <vector>

#include "lockstep/oracles/model_oracle.h"
#include "lockstep/report/report.h"

namespace lockstep {
namespace {

// The child's messages to its parent, one record after the other: a tag and, for texts, a length. There is no tag for
// the end.
enum class Tag : char { step = 's', signature = 'g', report = 'r', steps = 'n', done = 'd' };

void write_all(int fd, const void* data, std::size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(EXIT_FAILURE);  // the parent has gone
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

void tell(int fd, Tag tag, const void* data, std::size_t size) {
  write_all(fd, &tag, sizeof tag);
  write_all(fd, &size, sizeof size);
  write_all(fd, data, size);
}

class StepTeller final : public Observer {
 public:
  explicit StepTeller(int fd) : fd_(fd) {}
  void before_step(const Step& step) override { tell(fd_, Tag::step, &step.index, sizeof step.index); }

 private:
  int fd_;
};

void discard_output() {
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

void handle(int signal, void (*handler)(int)) {
  std::signal(signal, handler);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

[[noreturn]] void child(const Program& program, Oracle& oracle, ChildOutput output, unsigned seconds, int fd) {
  if (output == ChildOutput::discarded) discard_output();
  // The default action of the alarm ends the child, whatever loops; the parent may have set another.
  handle(SIGALRM, SIG_DFL);
  alarm(seconds);
  StepTeller teller(fd);
  oracle.observe(&teller);
  if (const std::optional<Finding> finding = oracle.judge(program)) {
    const std::size_t steps = finding->program.operations.size();
    tell(fd, Tag::signature, finding->signature.data(), finding->signature.size());
    tell(fd, Tag::report, finding->report.data(), finding->report.size());
    tell(fd, Tag::steps, &steps, sizeof steps);
  }
  tell(fd, Tag::done, nullptr, 0);
  _exit(EXIT_SUCCESS);
}

/// Memory that a search shares with its parent.
struct Progress {
  std::atomic<std::uint64_t> programs;
  std::atomic<Search::End> end;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a signal handler reads it");

Progress* watched = nullptr;  // by the handler, in the child only
std::uint64_t programs_at_last_look = 0;

void look_for_progress(int) {
  if (watched->programs == programs_at_last_look) {
    watched->end = Search::End::hang;
    _exit(EXIT_FAILURE);
  }
  programs_at_last_look = watched->programs;
}

/// Calls back whenever the process has had the processor for that long.
void look_every(unsigned milliseconds) {
  handle(SIGPROF, look_for_progress);
  itimerval interval = {};
  interval.it_interval.tv_sec = static_cast<time_t>(milliseconds / 1000);
  interval.it_interval.tv_usec = static_cast<suseconds_t>(milliseconds % 1000 * 1000);
  interval.it_value = interval.it_interval;
  setitimer(ITIMER_PROF, &interval, nullptr);
}

std::string read_all(int fd) {
  std::string messages;
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return messages;
    messages.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

std::optional<Finding> IsolatedOracle::judge(const Program& program) {
  int fds[2];
  if (pipe(fds) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t pid = fork();
  if (pid < 0) {
    const int error = errno;
    close(fds[0]);
    close(fds[1]);
    throw std::system_error(error, std::generic_category(), "fork");
  }
  if (pid == 0) {
    close(fds[0]);
    child(program, oracle_, output_, seconds_, fds[1]);
  }
  close(fds[1]);
  const std::string messages = read_all(fds[0]);
  close(fds[0]);
  const int status = wait_for(pid);

  Finding finding;
  std::size_t last_step = 0;
  std::size_t steps = 0;
  bool done = false;
  for (std::size_t at = 0; at + 1 + sizeof(std::size_t) <= messages.size();) {
    const Tag tag = static_cast<Tag>(messages[at]);
    std::size_t size = 0;
    std::memcpy(&size, messages.data() + at + 1, sizeof size);
    at += 1 + sizeof size;
    if (size > messages.size() - at) break;
    const std::string text = messages.substr(at, size);
    at += size;
    if (tag == Tag::step && size == sizeof last_step) std::memcpy(&last_step, text.data(), sizeof last_step);
    if (tag == Tag::signature) finding.signature = text;
    if (tag == Tag::report) finding.report = text;
    if (tag == Tag::steps && size == sizeof steps) std::memcpy(&steps, text.data(), sizeof steps);
    if (tag == Tag::done) done = true;
  }
  if (done && finding.signature.empty()) return std::nullopt;
  if (!finding.report.empty()) {
    finding.program = program;
    finding.program.operations.resize(std::min(steps, program.operations.size()), Operation());
    return finding;
  }
  const bool hangs = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
  Difference difference{last_step, {}, hangs ? Aspect::hang : Aspect::crash};
  if (last_step < program.operations.size()) difference.resolved = program.operations[last_step];
  Wording wording;
  wording.suffix = oracle_.suffix();
  return report(program, difference, implementation_, wording);
}

std::optional<Finding> judge_isolated(const Program& program, const Implementation& implementation, ChildOutput output,
                                      unsigned seconds) {
  ModelOracle model(implementation);
  return IsolatedOracle(model, output, seconds).judge(program);
}

Search search_isolated(const std::function<bool(std::atomic<std::uint64_t>& programs)>& search, unsigned milliseconds) {
  void* const shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  Progress* const progress = new (shared) Progress{0, Search::End::crash};  // until the child says otherwise
  const pid_t pid = fork();
  if (pid < 0) {
    const int error = errno;
    munmap(shared, sizeof(Progress));
    throw std::system_error(error, std::generic_category(), "fork");
  }
  if (pid == 0) {
    discard_output();
    watched = progress;
    look_every(milliseconds);
    progress->end = search(progress->programs) ? Search::End::found : Search::End::nothing;
    _exit(EXIT_SUCCESS);
  }
  wait_for(pid);
  const Search result = {progress->end, progress->programs};
  munmap(shared, sizeof(Progress));
  return result;
}

}  // namespace lockstep
