#include "report.hpp"

#include <parley/version.hpp>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kHead = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>parley check</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .2em .6em; border-bottom: 1px solid #ddd; }
td:first-child { font-family: ui-monospace, monospace; font-size: 13px; white-space: nowrap; }
h2 { margin-top: 1.5em; }
pre { font-size: 12px; background: #f6f6f6; padding: .6em; overflow-x: auto; white-space: pre-wrap; }
.verdict { white-space: nowrap; font-weight: 600; }
.strict { color: #17723a; }
.non-strict { color: #8a6100; }
.informational, .unimplemented, .none { color: #666; }
.failed { color: #b3151f; }
tr.failed { background: #fdf0f0; }
label { margin-right: 1em; }
body.trouble tr.strict, body.trouble tr.informational, body.trouble tr.unimplemented { display: none; }
</style>
</head>
<body>
)html";

constexpr const char* kSwitch = R"html(<p><label><input type="checkbox"
onchange="document.body.classList.toggle('trouble', this.checked)"> only what is not as it should be</label></p>
)html";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(character);
    }
  }
  return out;
}

std::string row(const Case& one, const std::optional<Result>& result) {
  const std::string verdict(result ? nameOf(result->verdict) : "none");
  std::string detail = escaped(result ? result->detail : "not run");
  if (result && !result->trace.empty()) {
    std::string lines;
    for (const std::string& line : result->trace) lines += escaped(line) + "\n";
    detail += fmt::format("<details><summary>expected: {}</summary><pre>{}</pre></details>",
                          escaped(describe(one.expected)), lines);
  }
  return fmt::format(
      "<tr class=\"{0}\"><td>{1}</td><td class=\"verdict "
      "{0}\">{0}</td><td>{2}</td><td>{3}</td><td>{4}</td></tr>\n",
      verdict, escaped(one.id), escaped(one.section), escaped(one.description), detail);
}

}  // namespace

std::string htmlReport(const Run& run) {
  std::string page = kHead;
  page +=
      fmt::format("<h1>{}</h1>\n<p>as a {}, by parley check {}</p>\n<p>{}</p>\n", escaped(run.peer),
                  run.role == Role::Client ? "server" : "client", kVersion, sumOf(run));
  page += kSwitch;
  std::string family;
  for (std::size_t i = 0; i < run.cases->size(); ++i) {
    const Case& one = (*run.cases)[i];
    if (familyOf(one) != family) {
      if (!family.empty()) page += "</table>\n";
      family = familyOf(one);
      page += fmt::format(
          "<h2>{}</h2>\n<table>\n<tr><th>case</th><th>verdict</th><th>section</th>"
          "<th>what</th><th>detail</th></tr>\n",
          escaped(family));
    }
    page += row(one, run.results[i]);
  }
  return page + (family.empty() ? "" : "</table>\n") + "</body>\n</html>\n";
}

}  // namespace parley::tool::check
