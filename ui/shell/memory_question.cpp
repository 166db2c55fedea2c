#include "ui/shell/memory_question.h"

#include "ui/text/tr.h"
#include "ui/text/unit_text.h"

#include <QMessageBox>
#include <QPushButton>

namespace scalekv::ui {

std::optional<MemoryOutlook> memoryShortage(const EngineSession& session, const GenerationRequest& request,
                                            const MemoryReader& memory) {
    const auto plan = session.plan(request);
    if (!plan)
        return {};
    const MemoryOutlook outlook = memoryOutlook(*plan, memory(session.model()));
    return outlook.fits() ? std::nullopt : std::optional(outlook);
}

std::optional<LargestShortage> largestShortage(const EngineSession& session,
                                               std::span<const GenerationRequest> requests,
                                               const MemoryReader& memory) {
    std::optional<LargestShortage> most;
    for (const GenerationRequest& request : requests) {
        const auto shortage = memoryShortage(session, request, memory);
        if (shortage && (!most || shortage->more > most->outlook.more))
            most = LargestShortage{request, *shortage};
    }
    return most;
}

MemoryAnswer askAboutMemory(QWidget* parent, const MemoryOutlook& outlook, const QVector<FitOffer>& offers,
                            const QString& which, const QString& anyway) {
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
        lines += tr("There is nothing to offer instead that would fit.");
    else
        lines.prepend(tr("What would fit:"));
    lines += tr("Begun anyway, it makes the whole machine slow, or is ended by it.");
    box.setInformativeText(lines.join(QLatin1Char('\n')));
    const QAbstractButton* begin =
        box.addButton(anyway.isEmpty() ? tr("Generate anyway") : anyway, QMessageBox::DestructiveRole);
    box.setDefaultButton(box.addButton(QMessageBox::Cancel));
    box.exec();
    const QAbstractButton* clicked = box.clickedButton();
    if (clicked == begin)
        return {MemoryAnswer::Kind::Anyway};
    for (int i = 0; i < buttons.size(); ++i) {
        if (clicked == buttons[i])
            return {MemoryAnswer::Kind::Offer, i};
    }
    return {};
}

} // namespace scalekv::ui
