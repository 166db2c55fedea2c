#pragma once

#include "ui/inspect/inspected_run.h"

#include <QVector>

namespace scalekv::ui {

/// Asks the engine what was not recorded of a run: where one position of a scale looked, and what it read of
/// the prompt. Answers are kept, the newest of them.
class Looker : public QObject {
    Q_OBJECT
public:
    Looker(const Desk& desk, const InspectedRun& run, QObject* parent = nullptr);

    /// Null: not known yet.
    LookPtr answer(const LookQuestion& question) const;
    /// Whether it is known, or would take no longer than a user gladly waits without having asked.
    bool isQuick(const LookQuestion& question) const;
    /// Why it cannot be asked now, empty if it can.
    QString obstacle(const LookQuestion& question = {}) const;
    /// Repeats the run up to the question's scale; answered() comes when it is known. A question before that
    /// has no answer yet is given up.
    void ask(const LookQuestion& question);
    bool isAsking() const { return asking_.has_value(); }
    /// Ends what is asked.
    void stop() { desk_.session.stopLook(); }

Q_SIGNALS:
    void answered();
    /// It ended without an answer.
    void gaveUp();
    /// Other work has ended: what could not be asked can be now.
    void becameFree();

private:
    static constexpr qint64 kMostBytes = qint64(192) << 20;
    struct Known {
        ResultPtr run;
        LookPtr look;
        qint64 bytes = 0;
    };

    const Desk desk_;
    const InspectedRun& run_;
    QVector<Known> known_; ///< newest first
    struct Asked {
        ResultPtr run;
        LookQuestion question;
        bool operator==(const Asked&) const = default;
    };
    std::optional<Asked> asking_;
    EngineSession::State before_ = EngineSession::State::Idle;
};

} // namespace scalekv::ui
