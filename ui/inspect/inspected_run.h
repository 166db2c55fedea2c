#pragma once

#include "ui/shell/desk.h"

#include <QTimer>

#include <optional>

namespace scalekv::ui {

/// The run that one looks into: a finished one, or the one in the making. What the views of Inspect need of
/// either, in one form.
class InspectedRun : public QObject {
    Q_OBJECT
public:
    explicit InspectedRun(const Desk& desk, QObject* parent = nullptr);

    /// Null: the one in the making.
    void show(const ResultPtr& result);
    /// Whether anybody looks: a run in the making is not followed for nobody.
    void setWatched(bool watched);

    /// There is nothing to look into.
    bool isEmpty() const { return schedule().empty(); }
    bool isLive() const { return !result_; }
    bool isRunning() const { return !result_ && desk_.live.isRunning(); }
    /// What its layers do is being recorded as it is made.
    bool isBeingRecorded() const { return isRunning() && desk_.session.recordsPicture(); }
    /// Null: the one in the making.
    const ResultPtr& result() const { return result_; }
    /// Of attention, at least of one layer.
    bool isRecorded() const;
    /// Empty, with the right number of layers, where nothing was recorded.
    const RunRecord& record() const;
    /// What is needed to repeat it.
    std::vector<ScaleBits> bits() const;

    const ScaleSchedule& schedule() const { return record().schedule; }
    int scales() const { return static_cast<int>(schedule().size()); }
    int layers() const { return record().layers; }
    int heads() const { return record().heads; }
    MapSize map(int scale) const { return schedule()[static_cast<std::size_t>(scale)]; }
    /// Tokens of all scales before one.
    qint64 tokensBefore(int scale) const;

    const GenerationRequest& request() const;
    /// Layers were measured over the prompt and the empty prompt of guidance.
    bool isGuided() const;
    /// The newest there is, null if there is none.
    QImage picture() const;
    /// As it was after a scale, or the newest where no picture of that scale is known.
    QImage pictureAt(int scale) const;
    /// Stored and full bytes after the last scale that stores any; 0 where they are not known.
    qint64 kvBytes() const;
    qint64 fullKvBytes() const;
    /// What the transformer's work took up to and with a scale; 0 where it is not known.
    double secondsUpTo(int scale) const;
    /// Of the calibration that its policy used, or else of the model in use, if it fits.
    const RoleTable* calibratedRoles() const;

Q_SIGNALS:
    /// Another run, or something else is known of it than before: first for who fits the choice to it, so
    /// that no view is drawn with a choice that the run does not have.
    void replaced();
    /// The same, for the views.
    void changed();
    /// The run in the making has come further; at most ten times a second.
    void grown();
    /// Comes shortly after either, for views whose painting takes its time: the window answers in between.
    void settled();

private:
    void take();
    const GenerationPlan* plan() const;
    const QVector<ScaleFrame>& frames() const;

    const Desk desk_;
    ResultPtr result_;
    RecordPtr record_; ///< of a finished run; null where nothing was recorded
    RunRecord bare_;   ///< stands in for it
    std::optional<RoleTable> roles_;
    QTimer growth_, settling_;
    bool watched_ = false;
};

} // namespace scalekv::ui
