#include "ui/shell/memory_question.h"

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

std::optional<MemoryOutlook> memoryShortage(const EngineSession& session, const GenerationRequest& request,
                                            const MemoryReader& memory) {
    const auto plan = session.plan(request);
    if (!plan)
        return {};
    const MemoryOutlook outlook = memoryOutlook(*plan, memory(session.model()));
    return outlook.fits() ? std::nullopt : std::optional(outlook);
}

MemoryAnswer askAboutMemory(QWidget* parent, const MemoryOutlook& outlook, const QVector<FitOffer>& offers,
                            const QString& which) {
    QMessageBox box(parent);
    box.setObjectName(QStringLiteral("memoryQuestion"));
    box.setIcon(QMessageBox::Warning);
    box.setWindowTitle(tr("Too little memory"));
    box.setText(tr("%1 needs about %2, and %3 are free.")
                    .arg(which.isEmpty() ? tr("This picture") : which, byteText(outlook.more),
                         byteText(outlook.free)));
    QStringList lines;
    QVector<QAbstractButton*> buttons;
    for (const FitOffer& offer : offers) {
        lines += tr("%1: about %2.").arg(offer.text, byteText(offer.more));
        buttons += box.addButton(offer.text, QMessageBox::AcceptRole);
    }
    if (lines.isEmpty())
        lines += tr("Nothing that could be offered instead would fit either.");
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
