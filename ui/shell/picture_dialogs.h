#pragma once

#include "ui/shell/picture_files.h"

namespace scalekv::widgets {
class MessageBar;
}

namespace scalekv::ui {

class StatusLine;

/// Saving and opening pictures: asks where, does it in the background, says what became of it.
class PictureDialogs : public QObject {
    Q_OBJECT
public:
    PictureDialogs(widgets::MessageBar& messages, StatusLine& status, QObject* parent = nullptr);

    /// Asks where to save a finished picture, with its recipe.
    void saveAs(const ResultPtr& result);
    /// Asks where to save the picture of one scale. `stem`: the name that is offered, without ending.
    void saveFrameAs(const QImage& picture, const QString& stem);
    void save(const ResultPtr& result, const QString& path);
    void askForPicture();
    /// Asks for saved pictures, to do something else with than to open them here. Empty: none.
    QStringList askForPictures(const QString& title);
    void open(const QString& path);

    // What to say where a picture could not be opened.
    void sayWithoutRecipe(const QString& path);
    void sayOpenFailed(const QString& path, const QString& message);

Q_SIGNALS:
    void opened(const scalekv::ui::ResultPtr& result, const QString& path);

private:
    QString askWhereToSave(const QString& stem);

    widgets::MessageBar& messages_;
    PictureFiles files_;
};

} // namespace scalekv::ui
