#include "engine/study/comparison/report/report_page.h"

#include "engine/study/comparison/report/assets.h"
#include "engine/study/comparison/report/html_text.h"

#include <algorithm>

namespace scalekv {
namespace {

std::string element(const std::string& tag, const std::string& text) {
    return "<" + tag + ">" + htmlText(text) + "</" + tag.substr(0, tag.find(' ')) + ">";
}

std::string section(const std::string& title, const std::string& body) {
    return "<section>" + element("h2", title) + "\n" + body + "</section>\n";
}

std::string cellHtml(const ReportCell& cell, const std::string& column, const std::string& row) {
    std::string html = "<figure>" + element("h4", column);
    if (!cell.png.empty())
        html += "<button title=\"Look closer\"><img alt=\"" + htmlText(column + ": " + row) +
                "\" src=\"data:image/png;base64," + base64(cell.png) + "\"></button>";
    return html + element("figcaption class=\"caption\"", cell.caption) + "</figure>";
}

/// The columns of a row stand beside each other as far as there is room, and go on below.
std::string sheet(const ReportPage& page) {
    std::string html =
        "<div class=\"sheet\" style=\"--columns: " + std::to_string(page.columns.size()) + "\">\n";
    for (const ReportRow& row : page.rows) {
        html += "<article data-title=\"" + htmlText(row.title) + "\">" + element("h3", row.title) + "<div>";
        for (std::size_t n = 0; n < row.cells.size(); ++n)
            html += cellHtml(row.cells[n], page.columns.at(n), row.title);
        html += "</div></article>\n";
    }
    html += "</div>\n";
    if (!page.pictureNote.empty())
        html += element("p class=\"faint\"", page.pictureNote);
    return html;
}

std::string table(const ReportTable& table) {
    std::string html = "<div class=\"wide\"><table class=\"figures\">";
    for (const auto& row : table.rows) {
        const bool head = &row == &table.rows.front();
        html += head ? "<thead><tr>" : "<tr>";
        for (std::size_t n = 0; n < row.size(); ++n)
            html += element(std::string(head ? "th scope=\"col\"" : "td") +
                                (n < table.wordColumns ? "" : " class=\"number\""),
                            row[n]);
        html += head ? "</tr></thead><tbody>\n" : "</tr>\n";
    }
    html += "</tbody></table></div>\n";
    for (const std::string& note : table.notes)
        html += element("p class=\"faint\"", note);
    return html;
}

std::string plots(const ReportPage& page) {
    std::string html = "<div class=\"plots\">";
    for (const Plot& plot : page.plots)
        if (!plot.empty())
            html += "<div>" + element("h3", plot.title) + plotSvg(plot) + legendHtml(plot) + "</div>\n";
    return html + "</div>\n";
}

std::string heats(const ReportPage& page) {
    std::string html =
        "<p class=\"faint\">KL divergence from the full cache, nats a bit, where only this layer's cache is "
        "compressed. A stronger colour is more, in each chart by itself; pointing at a square tells its "
        "value.</p>"
        "<div class=\"plots\">";
    for (const ReportHeat& heat : page.heats)
        html += "<div>" + element("h3", heat.title) + heatSvg(heat.values, "layer", "scale") + "</div>\n";
    return html + "</div>\n";
}

std::string settings(const ReportPage& page) {
    std::string html = "<dl>";
    for (const auto& [name, value] : page.settings)
        html += element("dt", name) + element("dd", value);
    html += "</dl>\n";
    constexpr std::size_t kFew = 4; // more are folded away together
    std::string recipes;
    for (const auto& [name, recipe] : page.recipes)
        recipes += "<details>" + element("summary", name) + element("pre", recipe) + "</details>\n";
    return html + (page.recipes.size() <= kFew
                       ? recipes
                       : "<details><summary>Recipes</summary>" + recipes + "</details>\n");
}

bool hasPictures(const ReportPage& page) {
    return std::any_of(page.rows.begin(), page.rows.end(), [](const ReportRow& row) {
        return std::any_of(row.cells.begin(), row.cells.end(),
                           [](const ReportCell& cell) { return !cell.png.empty(); });
    });
}

} // namespace

std::string toHtml(const ReportPage& page) {
    const bool pictures = hasPictures(page);
    const bool curves =
        std::any_of(page.plots.begin(), page.plots.end(), [](const Plot& plot) { return !plot.empty(); });
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    html += element("title", page.title) + "\n<style>\n" + kReportStyle + "</style></head><body>\n<header>";
    html += element("h1", page.title) + element("p class=\"faint\"", page.summary) + "</header><main>\n";
    if (pictures)
        html += kReportViewer + section("Pictures", sheet(page));
    html += section("Figures", table(page.table));
    if (curves)
        html += section("Curves", plots(page));
    if (!page.heats.empty())
        html += section("By layer", heats(page));
    html += section("Settings", settings(page)) + "</main>\n";
    html += "<footer>" + htmlText(page.program) + "</footer>\n";
    if (pictures)
        html += "<script>\n" + std::string(kReportScript) + "</script>\n";
    return html + "</body></html>\n";
}

} // namespace scalekv
