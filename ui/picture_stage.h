#pragma once

#include "ui/generation_result.h"

#include <QTemporaryDir>
#include <QWidget>

class QAction;
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
    /// What the KV plot shows of the run on the stage.
    struct CacheCurve {
        QStringList maps;
        QVector<qint64> fullBytes;
        QVector<qint64> bytes;
    };

    explicit PictureStage(QWidget* parent = nullptr);
    ~PictureStage() override;

    /// A generation has begun; it comes on the stage.
    void beginLive(const GenerationPlan& plan);
    void addLiveFrame(const ScaleReport& report, const QImage& picture);
    void setLiveBytes(int scale, qint64 bytes);
    /// The running generation has become a result. Keeps the view and, if the user looks back, the scale.
    void finishLive(const ResultPtr& result);
    /// The running generation ended early: what it has drawn so far stays to be seen.
    void endLive();
    void showLive();
    void showResult(const ResultPtr& result);
    void clear();

    bool isLiveRunning() const { return running_; }
    bool isLiveShown() const { return !result_; }
    /// The finished result on the stage; null if it is a running or stopped generation.
    ResultPtr shownResult() const { return result_; }
    /// The picture that is seen: of the chosen scale.
    QImage shownPicture() const;
    CacheCurve cacheCurve() const;

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

    /// A drag's or the clipboard's data of what is seen; the caller owns it. Null when nothing is.
    QMimeData* makeMimeData() const;

public Q_SLOTS:
    void copyPicture();

Q_SIGNALS:
    /// Another run is on the stage, so the plot must change.
    void runChanged();
    void saveRequested(const scalekv::ui::ResultPtr& result);
    void saveFrameRequested(const QImage& picture, int scale);
    void copied();

private:
    QWidget* makeToolBar();
    void makeActions();
    void fillStrip();
    void showFrame(int row);
    void updateState();
    const QVector<ScaleFrame>& frames() const;
    QSize finalSize() const;
    bool isLastFrameShown() const;

    widgets::ImageView* view_;
    widgets::Filmstrip* strip_;
    widgets::ElidedLabel* caption_;
    QLabel* zoomLabel_;
    QPushButton* followButton_;
    widgets::DragHandle* dragHandle_ = nullptr;
    QAction *fit_, *actualSize_, *zoomIn_, *zoomOut_, *copy_, *save_, *saveFrame_, *follow_;
    QTemporaryDir temporary_; ///< files for drags and the clipboard

    ResultPtr result_; ///< on the stage; null: the live run
    GenerationPlan plan_;
    QVector<ScaleFrame> liveFrames_;
    QVector<qint64> liveBytes_;
    bool running_ = false;
};

} // namespace scalekv::ui
