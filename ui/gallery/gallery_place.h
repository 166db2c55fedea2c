#pragma once

#include "ui/shell/desk.h"
#include "ui/shell/place.h"

#include <QHash>
#include <QTimer>

#include <functional>
#include <optional>

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
    bool showsTrash() const;
    void goBack();
    void leaveGoFirst();
    using Pictures = std::function<void(const QVector<gallery::Entry>&)>;
    void withPictures(const QVector<gallery::Entry>& entries, const Pictures& then);
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
    void mark(const QVector<gallery::Entry>& entries, const gallery::MarksChange& change,
              const QString& text);
    void moveSelected();
    void askToDeleteSelected();
    void askToEmptyTrash();
    void withdrawMoveOffer();
    bool isSure(const QString& title, const QString& what, qint64 bytes);
    QWidget* trashBar();
    void chooseFolder();
    void askForLimit();
    void askForRunLimit();
    void copySelected();
    void saveCopy();
    void showInFileManager();
    void openFolder(const QString& folder);
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
    QWidget* trashBar_;
    QAction *search_, *open_, *trash_, *putBack_, *delete_, *copy_, *save_, *reveal_, *back_, *emptyTrash_;
    QList<QAction*> verbs_, stars_;
    quint64 question_ = 0, goFirstQuestion_ = 0; ///< the newest
    bool goFirst_ = false;                       ///< what is seen is what would go first
    QHash<quint64, Pictures> pictures_;          ///< asked for by withPictures()
    std::optional<gallery::Query> shown_;        ///< what is seen is the answer to it; none: to no question
    QTimer whilePointing_;                       ///< new pictures are looked for after it
    bool scanning_ = false;
    QString scanText_;
    QString viewed_;
};

} // namespace scalekv::ui
