#pragma once

#include "ui/compare/column_set.h"
#include "ui/shell/desk.h"
#include "ui/shell/memory_outlook.h"

namespace scalekv::ui {

/// Makes the columns that wait, one after the other, as the ordinary pictures of the window: so they stand in
/// the history and can be inspected. Gives way to what the user asks for elsewhere, and goes on after it.
class ColumnQueue : public QObject {
    Q_OBJECT
public:
    ColumnQueue(const Desk& desk, ColumnSet& set, QObject* parent = nullptr);

    /// The user has stopped it: what waits is left waiting until resume().
    bool isPaused() const { return paused_; }
    /// Of the column that is being made; 0: none.
    int making() const { return making_; }
    /// Of that column, 0 … 1.
    double done() const { return done_; }
    int waiting() const;
    /// Why nothing is made although something waits, in a sentence; empty: nothing waits, or it is coming.
    QString obstacle() const;
    /// The model that the first waiting column needs, if it is not the one in use; empty: none, or not known
    /// where it lies.
    QString wantedModelPath() const;

    /// Who says how much memory is free.
    void setMemoryReader(MemoryReader reader) { memory_ = std::move(reader); }

    /// Looks for something to do.
    void advance();
    /// Makes also what was stopped.
    void resume();
    /// After memoryShort(): make it anyway; else the queue is left waiting until resume().
    void settleMemory(int id, bool anyway);
    /// The picture that is being made now, made elsewhere, is this column's.
    void adoptLive(int id);

Q_SIGNALS:
    /// Another column is made, or none.
    void changed();
    void progressed();
    /// The next column needs more memory than is free. It and those behind it wait until it is settled:
    /// until it changes, goes, or settleMemory() says what is wanted.
    void memoryShort(int id, const scalekv::ui::MemoryOutlook& outlook);

private:
    const CompareColumn* next() const;
    bool fitsModel(const CompareColumn& column) const;
    void begun();
    void finished(const ResultPtr& result);
    void stopped();
    void failed(const QString& why);
    void leave();
    bool isMemorySettled(const CompareColumn& column);

    const Desk desk_;
    ColumnSet& set_;
    int making_ = 0;
    bool begun_ = false; ///< else it waits for a look into a run to end
    bool paused_ = false;
    int short_ = 0; ///< the column whose memory is asked about; 0: none
    GenerationRequest shortRequest_;
    MemoryReader memory_ = computeMemory;
    double done_ = 0;
};

} // namespace scalekv::ui
