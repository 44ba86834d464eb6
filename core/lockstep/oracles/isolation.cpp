// SPDX-License-Identifier: Apache-2.0
#include "lockstep/oracles/isolation.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <system_error>

#include "lockstep/oracles/model_oracle.h"
#include "lockstep/oracles/shared_memory.h"
#include "lockstep/report/report.h"

namespace lockstep {
namespace {

/// What a child tells its parent, in memory that they share: it is there however the child ends.
struct Told {
  std::atomic<Search::End> end = Search::End::crash;  // until the child says otherwise
  std::atomic<std::size_t> step = 0;                  // begun last
  std::atomic<std::uint64_t> programs = 0;            // of a search: begun
  std::atomic<int> error = 0;                         // errno, if it could not write down what it found
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a signal handler reads it");

/// Runs work() in a child, and waits for its end.
template <typename Work>
void run_in_child(Work work) {
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    work();
    _exit(EXIT_SUCCESS);
  }
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// In the child. What else observes is told as well.
class StepTeller final : public Observer {
 public:
  StepTeller(Told& told, Observer* also) : told_(told), also_(also != nullptr ? *also : nobody_) {}
  void begin_program(const Program& program) override { also_.begin_program(program); }
  void before_step(const Step& step) override {
    told_.step = step.index;
    also_.before_step(step);
  }
  void after_step(const Step& step) override { also_.after_step(step); }
  void skipped_step(std::size_t index, const Operation& operation) override { also_.skipped_step(index, operation); }
  void over_budget(std::size_t index) override { also_.over_budget(index); }

 private:
  Told& told_;
  Observer nobody_;
  Observer& also_;
};

void discard_output() {
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

Told* watched = nullptr;  // by the handler, in the child only
std::uint64_t programs_at_last_look = 0;
unsigned looks_without_progress = 0;
unsigned most_looks_without_progress = 0;

void look_for_progress(int) {
  looks_without_progress = watched->programs == programs_at_last_look ? looks_without_progress + 1 : 0;
  programs_at_last_look = watched->programs;
  if (looks_without_progress < most_looks_without_progress) return;
  watched->end = Search::End::hang;
  _exit(EXIT_FAILURE);
}

/// Ends the child, which hangs, if it has begun no program for that long by this timer and its signal. It is looked at
/// so many times meanwhile: with few looks a hang may last twice as long, and each interrupts what waits.
void watch(Told& told, int timer, int signal, unsigned milliseconds, unsigned looks) {
  watched = &told;
  programs_at_last_look = 0;
  looks_without_progress = 0;
  most_looks_without_progress = looks;
  std::signal(signal, look_for_progress);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);  // the parent may have blocked it
  itimerval interval = {};
  const std::uint64_t microseconds = milliseconds * std::uint64_t{1000} / looks;
  interval.it_interval.tv_sec = static_cast<time_t>(microseconds / 1'000'000);
  interval.it_interval.tv_usec = static_cast<suseconds_t>(microseconds % 1'000'000);
  interval.it_value = interval.it_interval;
  setitimer(timer, &interval, nullptr);
}

}  // namespace

std::optional<Finding> IsolatedOracle::judge(const Program& program) {
  const auto told = share<Told>();
  // In memory, because a disk that is full or read-only is to change no verdict.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(fdopen(memfd_create("finding", 0), "w+"), std::fclose);
  if (!file) throw std::system_error(errno, std::generic_category(), "memfd_create");
  run_in_child([&] {
    if (output_ == ChildOutput::discarded) discard_output();
    watch(*told, ITIMER_REAL, SIGALRM, seconds_ * 1000, 1);
    StepTeller teller(*told, observer_);
    oracle_.observe(&teller);
    const std::optional<Finding> finding = oracle_.judge(program);
    if (finding && (std::fprintf(file.get(), "%s\n%s", finding->signature.c_str(), finding->report.c_str()) < 0 ||
                    std::fflush(file.get()) != 0)) {
      told->error = errno;
    } else {
      told->end = finding ? Search::End::found : Search::End::nothing;
    }
  });
  if (told->error != 0) throw std::system_error(told->error, std::generic_category(), "the finding of a child");
  if (told->end == Search::End::nothing) return std::nullopt;
  if (told->end == Search::End::found) {
    Finding finding = {{}, {}, program};
    finding.program.operations.resize(std::min<std::size_t>(told->step + 1, program.operations.size()), Operation());
    std::rewind(file.get());
    for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) finding.report += static_cast<char>(c);
    finding.signature = finding.report.substr(0, finding.report.find('\n'));
    finding.report.erase(0, finding.signature.size() + 1);
    return finding;
  }
  Difference difference{told->step, {}, told->end == Search::End::hang ? Aspect::hang : Aspect::crash};
  if (difference.step < program.operations.size()) difference.resolved = program.operations[difference.step];
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
  const auto told = share<Told>();
  run_in_child([&] {
    discard_output();
    watch(*told, ITIMER_PROF, SIGPROF, milliseconds, 4);  // of the processor: many children may share it
    told->end = search(told->programs) ? Search::End::found : Search::End::nothing;
  });
  return {told->end, told->programs};
}

}  // namespace lockstep
