#pragma once

#include "figures/run_export.h"

#include <QObject>

#include <functional>

namespace scalekv::widgets {
class MessageBar;
}

namespace scalekv::ui {

class StatusLine;

/// Writes what Inspect shows to files, in the background.
class RunExporter : public QObject {
    Q_OBJECT
public:
    RunExporter(widgets::MessageBar& messages, StatusLine& status, QObject* parent = nullptr);

    /// `make` is called on another thread. All files go into `folder`; what is there under their names is
    /// replaced.
    void write(const QString& folder, std::function<std::vector<figures::ExportFile>()> make);

Q_SIGNALS:
    void written(const QString& folder, int files);
    void failed(const QString& message);
};

} // namespace scalekv::ui
