#include "ui/generate/memory_question.h"

#include "ui/text/unit_text.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace scalekv::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("MemoryQuestion", text);
}

} // namespace

MemoryAnswer askAboutMemory(QWidget* parent, const MemoryOutlook& outlook, const QVector<FitOffer>& offers) {
    QMessageBox box(parent);
    box.setObjectName(QStringLiteral("memoryQuestion"));
    box.setIcon(QMessageBox::Warning);
    box.setWindowTitle(tr("Too little memory"));
    box.setText(tr("This picture needs about %1, and %2 are free.")
                    .arg(byteText(outlook.more), byteText(outlook.free)));
    QStringList lines;
    QVector<QAbstractButton*> buttons;
    for (const FitOffer& offer : offers) {
        lines += tr("%1: about %2.").arg(offer.text, byteText(offer.more));
        buttons += box.addButton(offer.text, QMessageBox::AcceptRole);
    }
    if (lines.isEmpty())
        lines += tr("Neither a smaller budget of the cache nor a smaller picture would fit.");
    else
        lines.prepend(tr("What would fit:"));
    lines += tr("Made anyway, it makes the whole machine slow, or is ended by it.");
    box.setInformativeText(lines.join(QLatin1Char('\n')));
    const QAbstractButton* anyway = box.addButton(tr("Generate anyway"), QMessageBox::DestructiveRole);
    box.setDefaultButton(box.addButton(QMessageBox::Cancel));
    box.exec();
    const QAbstractButton* clicked = box.clickedButton();
    if (clicked == anyway)
        return {MemoryAnswer::Kind::Anyway};
    for (int i = 0; i < buttons.size(); ++i) {
        if (clicked == buttons[i])
            return {MemoryAnswer::Kind::Offer, i};
    }
    return {};
}

} // namespace scalekv::ui
