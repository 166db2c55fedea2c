#pragma once

#include "ui/shell/engine_session.h"
#include "ui/shell/recent_models.h"

#include <QObject>

namespace scalekv::widgets {
class MessageBar;
}

namespace scalekv::ui {

/// Opens models, at the start and later, and says what became of it. The model in use stays in use until
/// another is loaded; where the first cannot be, the demo model steps in.
class ModelOpener : public QObject {
    Q_OBJECT
public:
    /// `wanted`: the first model; empty: the one used last.
    ModelOpener(EngineSession& session, RecentModels& recent, widgets::MessageBar& messages,
                const QString& wanted, QObject* parent = nullptr);

    RecentModels& recent() { return recent_; }
    /// The model that was chosen last and is loaded or on its way: a clean path, empty if there is none.
    QString chosenPath() const;
    /// The first model has been asked for, or there is none to ask for.
    bool hasStarted() const { return started_; }

    /// How models are loaded from now on. A model that is loaded, or comes next, is loaded anew.
    void setLoadOptions(const LoadOptions& options);

public Q_SLOTS:
    void open(const QString& path);
    void askForFolder();
    void askForFile();
    /// A model that waits for a picture to be finished is not wanted any more.
    void giveUpWaiting();

Q_SIGNALS:
    /// chosenPath() is another one, or how it stands has changed.
    void chosenChanged();
    void loaded(const scalekv::ui::ModelSummary& model);
    void failed(const QString& path);
    /// The running picture ends early, in favour of the model that waits.
    void stopping();

private:
    void modelLoaded(const ModelSummary& model);
    void modelFailed(const QString& path, const QString& message);
    void offerAnother(const QString& message);
    void ask(bool folder);

    EngineSession& session_;
    RecentModels& recent_;
    widgets::MessageBar& messages_;
    QString wanted_;
    LoadOptions options_;
    QString loading_;       ///< on its way
    bool fellBack_ = false; ///< the demo model is loaded because the wanted one could not be
    bool started_ = false;
};

} // namespace scalekv::ui
