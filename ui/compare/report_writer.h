#pragma once

#include "scalekv/comparison.h"
#include "ui/runs/generation_result.h"

#include <QObject>

#include <optional>
#include <stop_token>
#include <vector>

namespace scalekv::widgets {
class MessageBar;
}

namespace scalekv::ui {

class StatusLine;

/// Writes the report of compared runs into a folder, in the background, and says what became of it.
class ReportWriter : public QObject {
    Q_OBJECT
public:
    ReportWriter(widgets::MessageBar& messages, StatusLine& status, QObject* parent = nullptr);
    ~ReportWriter() override { stop(); }

    struct Input {
        ResultPtr run;
        std::optional<TeacherForcedFigures> forced;
    };
    /// The first is what the others are compared with. Asks where, and before anything is replaced.
    /// `missing`: columns that could not be made, and why.
    void askAndWrite(const std::vector<Input>& runs, const QStringList& missing);
    void write(const QString& folder, const std::vector<Input>& runs, bool overwrite,
               const QStringList& missing = {});
    bool isWriting() const { return writing_; }
    /// Ends the writing within one picture's work; the folder is left as it was. Ends with stopped.
    void stop() { stop_.request_stop(); }

Q_SIGNALS:
    void changed();
    void written(const QString& folder);
    void failed(const QString& message);
    void stopped();

private:
    widgets::MessageBar& messages_;
    StatusLine& status_;
    std::stop_source stop_{std::nostopstate};
    bool writing_ = false;
};

/// Shows a page in the user's browser.
void openReport(const QString& folder);

} // namespace scalekv::ui
