#pragma once

#include "ui/shell/desk.h"
#include "ui/shell/place.h"

class QLabel;
class QStackedWidget;

namespace scalekv::widgets {
class ImageView;
}

namespace scalekv::ui {

class GalleryDetails;
class GalleryHead;
class GalleryLimit;
class GalleryList;
class GalleryModel;
class GalleryOpener;

/// The place where all that was drawn is found again.
class GalleryPlace : public Place {
    Q_OBJECT
public:
    explicit GalleryPlace(const Desk& desk);

    GalleryHead* head() const { return head_; }
    GalleryList* list() const { return list_; }
    GalleryModel* model() const { return model_; }
    GalleryDetails* details() const { return details_; }

    QList<QAction*> menuActions(Menu menu) const override;
    void offerVerbs(const QVector<RunVerb>& verbs) override;
    void entered() override;
    void saveSettings() override;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void arrangeDocks() override;

private:
    // gallery_place.cpp: what it looks like, and what is found
    void connectGallery();
    void find();
    void take(quint64 ticket, const QVector<gallery::Entry>& entries);
    void showWhatGoesFirst();
    void showState();
    void showEmpty();
    void selectionChanged();
    QVector<gallery::Entry> selected() const;
    const gallery::Entry* current() const;
    void openCurrent();
    void closeViewer();
    void walk(int rows);

    // gallery_place_actions.cpp: what is done with them
    QAction* make(const char* icon, const QString& text, const QKeySequence& keys, const QString& toolTip,
                  const std::function<void()>& act);
    void makeActions();
    QMenu* folderMenu();
    void setStars(int stars);
    void mark(const QStringList& paths, const gallery::MarksChange& change, const QString& text);
    void moveSelected();
    void askToEmptyTrash();
    void chooseFolder();
    void askForLimit();
    void askForRunLimit();
    void copySelected();
    void saveCopy();
    void showInFileManager();
    QMimeData* dragged() const;
    void refreshActions();

    const Desk desk_;
    GalleryModel* model_;
    GalleryOpener* opener_;
    GalleryLimit* limit_;
    GalleryHead* head_;
    GalleryList* list_;
    QLabel* empty_;
    widgets::ImageView* viewer_;
    QStackedWidget* pages_;
    GalleryDetails* details_;
    QAction *search_, *open_, *trash_, *copy_, *save_, *reveal_, *back_, *emptyTrash_;
    QList<QAction*> verbs_, stars_;
    quint64 question_ = 0, goFirstQuestion_ = 0; ///< the newest
    bool goFirst_ = false;                       ///< what is seen is what would go first
    bool scanning_ = false;
    QString scanText_;
    QString viewed_;
};

} // namespace scalekv::ui
