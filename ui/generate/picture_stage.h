#pragma once

#include "ui/runs/live_run.h"

#include <QTemporaryDir>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;
class QMimeData;
class QPushButton;

namespace scalekv::widgets {
class DragHandle;
class ElidedLabel;
class Filmstrip;
class ImageView;
struct FilmFrame;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// The middle of the window: the picture, large, and the filmstrip of its scales. Shows the running
/// generation, or a finished result while the generation goes on unseen.
class PictureStage : public QWidget {
    Q_OBJECT
public:
    /// Every generation that begins comes on the stage by itself.
    explicit PictureStage(LiveRun& live, QWidget* parent = nullptr);
    ~PictureStage() override;

    void showLive();
    void showResult(const ResultPtr& result);
    void clear();

    bool isLiveShown() const { return !result_ && !cleared_; }
    /// The finished result on the stage; null if it is a running or stopped generation.
    ResultPtr shownResult() const { return result_; }
    /// The picture that is seen: of the chosen scale.
    QImage shownPicture() const;
    /// The pictures that are there of the run on the stage.
    QVector<ScaleFrame> frames() const;
    int shownScale() const; ///< −1: none
    /// As if it were chosen in the strip; nothing happens where it has no picture yet.
    void showScale(int scale);

    widgets::ImageView* view() const { return view_; }
    widgets::Filmstrip* filmstrip() const { return strip_; }

    QAction* fitAction() const { return fit_; }
    QAction* actualSizeAction() const { return actualSize_; }
    QAction* zoomInAction() const { return zoomIn_; }
    QAction* zoomOutAction() const { return zoomOut_; }
    QAction* copyAction() const { return copy_; }
    QAction* saveAction() const { return save_; }
    QAction* saveFrameAction() const { return saveFrame_; }
    QAction* followAction() const { return follow_; }

    /// What else can be done with the run on the stage: buttons beside the picture's own.
    void setRunActions(const QList<QAction*>& actions);
    /// A drag's or the clipboard's data of what is seen; the caller owns it. Null when nothing is.
    QMimeData* makeMimeData() const;

public Q_SLOTS:
    void copyPicture();

Q_SIGNALS:
    /// Another run is on the stage, so the plot must change.
    void runChanged();
    void scaleShown(int scale);
    void saveRequested(const scalekv::ui::ResultPtr& result);
    void saveFrameRequested(const QImage& picture, int scale);
    void copied();

private:
    QWidget* makeToolBar();
    void makeActions();
    void fillStrip();
    void showFrame(int row);
    void updateState();
    void addFrame(int scale);
    void becomeResult(const ResultPtr& result);
    QSize finalSize() const;
    bool isLastFrameShown() const;

    LiveRun& live_;
    widgets::ImageView* view_;
    widgets::Filmstrip* strip_;
    widgets::ElidedLabel* caption_;
    QLabel* zoomLabel_;
    QHBoxLayout* runButtons_ = nullptr;
    QPushButton* followButton_;
    widgets::DragHandle* dragHandle_ = nullptr;
    QAction *fit_, *actualSize_, *zoomIn_, *zoomOut_, *copy_, *save_, *saveFrame_, *follow_;
    QTemporaryDir temporary_; ///< files for drags and the clipboard

    ResultPtr result_;    ///< on the stage; null: the live run
    bool cleared_ = true; ///< nothing is on the stage, not even what a stopped run has left
};

} // namespace scalekv::ui
