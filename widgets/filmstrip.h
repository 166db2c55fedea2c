#pragma once

#include "widgets/filmstrip_model.h"

#include <QListView>

namespace scalekv::widgets {

/// A row of frames. It *follows* the newest one until the user looks back at another; choosing the newest, or
/// beginning a new row, makes it follow again.
class Filmstrip : public QListView {
    Q_OBJECT
public:
    explicit Filmstrip(QWidget* parent = nullptr);

    /// A new row of frames that will come: follows.
    void begin(const QVector<FilmFrame>& frames);
    /// A row that is complete: shows its last frame.
    void showFinished(const QVector<FilmFrame>& frames);
    /// The picture of a frame has come.
    void setPicture(int row, const QImage& picture, const QString& toolTip = {});
    void clear();

    bool isFollowing() const { return following_; }
    /// −1: none
    int currentFrame() const;
    const FilmstripModel& frames() const { return *model_; }

    /// Brings the whole frame into sight, with a part of the next one where there is room: so one sees that
    /// the row goes on.
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;

public Q_SLOTS:
    void follow();

Q_SIGNALS:
    /// Another frame is to be shown, or the one that is shown has got its picture.
    void frameShown(int row);
    void followingChanged(bool following);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void setFollowing(bool following);
    void select(int row);
    void fixHeight();

    FilmstripModel* model_;
    bool following_ = true;
    bool selecting_ = false; ///< the program, not the user, chooses a frame
};

} // namespace scalekv::widgets
