#pragma once

#include <QApplication>
#include <QMenu>
#include <QTest>
#include <QTimer>
#include <QToolButton>

/// Clicks a button that opens a menu, and in the menu the entry of that text (without its mnemonic), as a
/// person does. Whether the entry was there and could be chosen; else the menu is closed again. `entries`
/// gets what stood there, those that cannot be chosen in brackets.
inline bool chooseInMenu(QToolButton* button, const QString& entry, QStringList* entries = nullptr) {
    bool chosen = false, met = false;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &look, [&] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        if (!menu || met)
            return;
        met = true;
        look.stop();
        for (QAction* action : menu->actions()) {
            const QString text = action->text().replace("&&", "\v").remove('&').replace("\v", "&");
            if (entries && !action->isSeparator())
                *entries += action->isEnabled() ? text : "(" + text + ")";
            if (text != entry || !action->isEnabled() || chosen)
                continue;
            chosen = true;
            QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
            return;
        }
        menu->close();
    });
    look.start(1);
    QTest::mouseClick(button, Qt::LeftButton);
    return chosen;
}
