#pragma once

#include "gallery/gallery.h"
#include "scalekv/recipe.h"

#include <QScrollArea>

class QLabel;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

class GalleryModel;

/// What is known of the selected pictures: on the right of the gallery.
class GalleryDetails : public QScrollArea {
    Q_OBJECT
public:
    GalleryDetails(gallery::Gallery& gallery, GalleryModel& model, QWidget* parent = nullptr);

    void show(const QVector<gallery::Entry>& entries);
    /// What can be done with them.
    void setActions(const QList<QAction*>& actions);

Q_SIGNALS:
    void starsChosen(int stars);
    /// Of those that were shown when typing began.
    void tagsChosen(const QVector<gallery::Entry>& entries, const QStringList& added,
                    const QStringList& removed);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    bool isOne() const;
    void showPicture();
    void showRecipe(const QString& path, const std::optional<Recipe>& recipe);
    void refreshMarks();
    void readTags();

    gallery::Gallery& gallery_;
    GalleryModel& model_;
    QVector<gallery::Entry> entries_;
    QVector<gallery::Entry> typedFor_; ///< whose tags are being typed
    QLabel* picture_;
    widgets::WrappedLabel *title_, *settings_, *facts_, *kept_;
    QVector<QToolButton*> stars_;
    QLineEdit* tags_;
    QWidget* marks_;
    QVBoxLayout* buttons_;
};

} // namespace scalekv::ui
