#include "ui/shell/help_window.h"

#include <QFile>
#include <QTextBrowser>
#include <QVBoxLayout>

// Resources of a static library are only linked when somebody refers to them. Must stand outside of any
// namespace.
static void initHelpResources() {
    Q_INIT_RESOURCE(help);
}

namespace scalekv::ui {

HelpWindow::HelpWindow(QWidget* parent) : QDialog(parent) {
    initHelpResources();
    setWindowTitle(tr("Help"));
    auto* browser = new QTextBrowser(this);
    QFile file(QStringLiteral(":/help/help.html"));
    if (file.open(QIODevice::ReadOnly))
        browser->setHtml(QString::fromUtf8(file.readAll()));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(browser);
    resize(720, 640);
}

} // namespace scalekv::ui
