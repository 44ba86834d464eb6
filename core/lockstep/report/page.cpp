// SPDX-License-Identifier: Apache-2.0
#include "lockstep/report/page.h"

#include <sstream>

#include "lockstep/report/page_parts.h"

namespace lockstep {
namespace {

constexpr std::size_t kMostListed = 100;  // characters of an operation in the list of steps

std::string id_of(std::size_t index) { return "step=" + std::to_string(index + 1); }

std::string head_of_section(std::size_t index, const Operation& operation) {
  return "<section class='step' id='" + id_of(index) + "'>\n<h2>Step " + std::to_string(index + 1) +
         "</h2>\n<p><code>" + escaped(excerpt(print(operation), "")) + "</code></p>\n";
}

std::string row(const std::string& name, const std::string& text, bool differs) {
  return std::string(differs ? "<tr class='differs'><th>\u2260 " : "<tr><th>") + escaped(name) + "</th><td><code>" +
         escaped(text) + "</code></td></tr>\n";
}

}  // namespace

std::string page_section(const PageStep& step, const Recording& recording, bool is_over, Arena arena,
                         const SideNames& names) {
  std::string html = head_of_section(step.index, step.operation);
  if (step.resolved != step.operation)
    html += "<p>with its operands as numbers: <code>" + escaped(excerpt(print(step.resolved), "")) + "</code></p>\n";
  const Observation& first = recording.first;
  const Observation& second = recording.second;
  if (is_over) {
    const std::string expected = print_effect(first);
    const std::string actual = print_effect(second);
    const bool differs = expected != actual;
    html += "<table>\n";
    if (differs) {
      html += row(names.first, excerpt(expected, actual), names.same_elements);
      html += row(names.second, excerpt(actual, expected), names.same_elements);
    } else {
      html += row("both sides", excerpt(expected, actual), false);
    }
    html += "</table>\n";
    if (!step.guard_is_intact) html += "<p class='differs'>\u2260 Bytes outside the arena have changed.</p>\n";
    html += draw({first.before, first.after}, {second.before, second.after}, arena, names);
  } else {
    html += "<p class='differs'>\u2260 This step did not come to its end. Drawn is what was there before it.</p>\n" +
            draw({first.before, first.before}, {second.before, second.before}, arena, names);
  }
  return html + "</section>\n";
}

std::string page_section(std::size_t index, const Operation& operation, const std::string& why_not) {
  return head_of_section(index, operation) + "<p>" + escaped(why_not) + "</p>\n</section>\n";
}

std::string page(const PageFrame& frame, const Program& program, const std::string& sections) {
  std::ostringstream html;
  const std::string title = escaped(frame.title);
  html << kPageHead << "<title>" << title << "</title>\n"
       << kPageStyle << "</head>\n<body>\n<h1>" << title << "</h1>\n<p>" << escaped(frame.subject) << "</p>\n";
  for (const std::string& remark : frame.remarks) html << "<p>" << escaped(remark) << "</p>\n";
  html << kPatterns << "<h2>Steps</h2>\n<ol id='steps'>\n";
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const std::string id = id_of(i);
    const std::string operation = escaped(shortened(print(program.operations[i]), kMostListed));
    const bool differs = frame.differs && i + 1 == program.operations.size();
    html << (differs ? "<li class='differs'>" : "<li>");
    if (sections.find(" id='" + id + "'") == std::string::npos) {
      html << "<code>" << operation << "</code> is not run";
    } else {
      html << "<a href='#" << id << "'><code>" << operation << "</code></a>";
    }
    html << (differs ? " \u2260 here they differ</li>\n" : "</li>\n");
  }
  html << "</ol>\n"
       << kPageButtons << sections << kPageLegend << "<h2>The command that repeats it</h2>\n<pre id='command'>"
       << escaped(frame.command) << "</pre>\n<h2>The program, to copy</h2>\n<pre id='program'>" << escaped(frame.text)
       << "</pre>\n"
       << kPageScript << "</body>\n</html>\n";
  return html.str();
}

}  // namespace lockstep
