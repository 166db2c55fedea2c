#include "ui/shell/help_text.h"

#include "scalekv/layer_quantity.h"
#include "scalekv/policy_choice.h"
#include "ui/text/policy_text.h"

#include <QFile>

// Resources of a static library are only linked when somebody refers to them. Must stand outside of any
// namespace.
static void initHelpResources() {
    Q_INIT_RESOURCE(help);
}

namespace scalekv::ui {
namespace {

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

QString row(const QString& term, const QString& sentence, const QString& small) {
    return QStringLiteral("<tr><td><b>%1</b></td><td>%2<br><small>%3</small></td></tr>\n")
        .arg(term.toHtmlEscaped(), sentence.toHtmlEscaped(), small.toHtmlEscaped());
}

QString quantities() {
    QString rows;
    for (const LayerQuantityInfo& info : layerQuantities())
        rows += row(text(info.label), text(info.sentence), text(info.equation));
    return rows;
}

QString policies() {
    QString rows;
    for (const std::string_view name : policyNames())
        rows += row(policyTitle(name), policySentence(name), policySource(name));
    return rows;
}

} // namespace

QString helpText() {
    initHelpResources();
    QFile file(QStringLiteral(":/help/help.html"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString page = QString::fromUtf8(file.readAll());
    page.replace(QLatin1String("<!--quantities-->"), quantities());
    page.replace(QLatin1String("<!--policies-->"), policies());
    return page;
}

} // namespace scalekv::ui
