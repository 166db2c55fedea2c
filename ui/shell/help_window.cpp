#include "ui/shell/help_window.h"

#include "ui/shell/help_text.h"

#include <QTextBrowser>
#include <QVBoxLayout>

namespace scalekv::ui {

HelpWindow::HelpWindow(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Help"));
    auto* browser = new QTextBrowser(this);
    browser->setHtml(helpText());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(browser);
    resize(720, 640);
}

} // namespace scalekv::ui
