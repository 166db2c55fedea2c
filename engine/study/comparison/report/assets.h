#pragma once

/// What of a report's page is always the same: page.css, viewer.html and page.js, which browsers and editors
/// understand by themselves.
namespace scalekv {

extern const char* const kReportStyle;
extern const char* const kReportViewer;
extern const char* const kReportScript;

} // namespace scalekv
