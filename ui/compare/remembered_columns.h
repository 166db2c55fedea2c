#pragma once

#include "ui/compare/column_set.h"
#include "ui/shell/window_lock.h"

#include <QByteArray>

namespace scalekv::ui {

/// What a comparison was going to make, as text for the settings: requests and models, no pictures. The same
/// request makes the same picture again.
QByteArray toStored(const ColumnSet::State& state);
/// All of them to be made, the reference first as it was; empty where the text is none of toStored()'s, or of
/// a release that had other settings.
QVector<CompareColumn> fromStored(const QByteArray& text);

/// What the settings remember of a comparison that is not finished. It belongs to one window: the first that
/// is open. Another program's windows find none, and leave none while that one is open, nor what it left.
class UnfinishedComparison {
public:
    UnfinishedComparison();

    bool isOurs() const { return ours_; }
    /// Empty: there is none, or it is not ours.
    QByteArray text() const;
    void remember(const QByteArray& text);
    void forget();

private:
    void takeOver();

    WindowLock lock_;
    bool ours_;
};

} // namespace scalekv::ui
