#include "ui/compare/many_page.h"

#include "scalekv/comparison_summary.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/unit_text.h"
#include "ui/compare/found_results.h"
#include "ui/compare/many_form.h"
#include "ui/compare/picture_delegate.h"
#include "ui/compare/quality_panel.h"
#include "ui/compare/report_writer.h"
#include "ui/shell/memory_question.h"
#include "ui/shell/message_subjects.h"
#include "ui/text/policy_text.h"
#include "widgets/focus_buttons.h"
#include "widgets/thumbnail.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QImageReader>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr int kSide = 88;                   // of a thumbnail
const QString kWaits = QStringLiteral("…"); // in the place of what is not made

/// Null where there is no picture.
QImage readThumbnail(const QString& file) {
    const QImage picture = QImageReader(file).read();
    return picture.isNull()
               ? picture
               : picture.scaled(kSide * 2, kSide * 2, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

QualityPoint::Value valueOf(const std::optional<Spread>& spread, double unit = 1) {
    return spread ? QualityPoint::Value{spread->mean * unit, spread->deviation * unit}
                  : QualityPoint::Value();
}

} // namespace

ManyPage::ManyPage(const Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), form_(new ManyForm(desk.session.planner(), this)),
      model_(new QStandardItemModel(this)), table_(new QTableView(this)), quality_(new QualityPanel(this)),
      state_(new QLabel(this)), report_(new widgets::FocusToolButton(this)) {
    table_->setObjectName(QStringLiteral("manyPictures"));
    table_->setAccessibleName(tr("Pictures of the comparison"));
    table_->setModel(model_);
    table_->setIconSize({kSide, kSide});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setShowGrid(false);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->setTabKeyNavigation(false);
    table_->setItemDelegate(new PictureDelegate(table_));
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setFixedWidth(150);
    table_->setToolTip(tr("Double-click a picture to see it closely beside that of the full cache"));
    quality_->setEmptyText(tr("Quality over bytes, over all pictures: mean and standard deviation."));
    report_->setText(tr("Open the report"));
    report_->setFocusPolicy(Qt::TabFocus);
    connect(report_, &QToolButton::clicked, this, [this] { openReport(folder_); });

    auto* head = new QHBoxLayout;
    head->addWidget(state_, 1);
    head->addWidget(report_);
    auto* pictures = new QWidget(this);
    auto* column = new QVBoxLayout(pictures);
    column->setContentsMargins(4, 4, 8, 0);
    column->addLayout(head);
    column->addWidget(table_, 1);
    auto* right = new QSplitter(Qt::Vertical, this);
    right->addWidget(pictures);
    right->addWidget(quality_);
    right->setStretchFactor(0, 3);
    right->setStretchFactor(1, 2);
    right->setChildrenCollapsible(false);
    auto* whole = new QSplitter(Qt::Horizontal, this);
    whole->addWidget(form_);
    whole->addWidget(right);
    whole->setStretchFactor(1, 1);
    whole->setSizes({330, 900});
    whole->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(whole);

    connect(form_, &ManyForm::startRequested, this, &ManyPage::start);
    connect(form_, &ManyForm::stopRequested, this, &ManyPage::stop);
    connect(&desk_.queue, &WorkQueue::changed, this, &ManyPage::follow);
    connect(&desk_.queue, &WorkQueue::ended, this, [this](const QueuedWork& work) {
        const auto* job = std::get_if<CompareJob>(&work.work);
        if (!job || work.state != WorkState::Running) // else it is not finished
            return;
        desk_.messages.showMessage(MessageBar::Kind::Info, subjects::kComparing,
                                   tr("The comparison is finished, and its report is in %1.")
                                       .arg(QDir::toNativeSeparators(job->folder)));
        connect(desk_.messages.offer(tr("Open it")), &QAction::triggered, this,
                [folder = job->folder] { openReport(folder); });
    });
    connect(form_, &ManyForm::openRequested, this, &ManyPage::open);
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        const auto& settings = comparison_.settings;
        if (!index.isValid() || settings.seeds.empty())
            return;
        const PairId pair{int(std::size_t(index.row()) / settings.seeds.size()),
                          settings.seeds[std::size_t(index.row()) % settings.seeds.size()]};
        QStringList files{fileOf(pair, {})};
        if (index.column() > 0)
            files += fileOf(pair, index.column() - 1);
        files.erase(std::remove_if(files.begin(), files.end(),
                                   [](const QString& file) { return !QFile::exists(file); }),
                    files.end());
        if (!files.isEmpty())
            Q_EMIT closerLook(files);
    });
    EngineSession& session = desk_.session;
    connect(&session, &EngineSession::stateChanged, this, &ManyPage::updateState);
    connect(&desk_.models, &ModelOpener::loaded, this, [this](const ModelSummary& model) {
        form_->setModel(model);
        updateState();
    });
    connect(&session, &EngineSession::compareStarted, this, [this](const ComparisonPtr& comparison) {
        form_->setResults(folder_, {.any = true, .comparison = comparison, .problem = {}});
        showComparison(*comparison);
    });
    connect(&session, &EngineSession::fullFinished, this,
            [this](const FullRecord& record, const QImage& picture, bool again) {
                if (!again)
                    comparison_.full.push_back(record);
                setPicture(record.pair, {}, picture);
                fillFigures();
            });
    connect(&session, &EngineSession::choiceFinished, this,
            [this](const ChoiceRecord& record, const QImage& picture) {
                comparison_.records.push_back(record);
                setPicture(record.pair, record.choice, picture);
                setFigures(record);
                fillFigures();
            });
    connect(&session, &EngineSession::compareFinished, this, [this](const ComparisonPtr& comparison) {
        form_->setResults(folder_, {.any = true, .comparison = comparison, .problem = {}, .reported = true});
        comparison_ = *comparison;
        fillFigures();
    });
    connect(&session, &EngineSession::comparisonFailed, form_, &ManyForm::lookIntoFolder);
    connect(&session, &EngineSession::comparisonStopped, form_, &ManyForm::lookIntoFolder);
    form_->restore();
    if (session.hasModel())
        form_->setModel(session.model());
    layOut();
    fillFigures();
    updateState();
    follow();
}

void ManyPage::setRequest(const GenerationRequest& request) {
    if (!isRunning())
        form_->setRequest(request);
}

void ManyPage::save() const {
    form_->save();
}

/// Asks where the largest of the pictures does not fit, and makes the settings those that were chosen.
/// Whether to go on.
bool ManyPage::settleMemory() {
    std::optional<LargestShortage> most;
    try {
        most = largestShortage(desk_.session, form_->oneOfEach(), memory_);
    } catch (const Error&) {
        return true; // starting it says why
    }
    if (!most)
        return true;
    const GenerationRequest& largest = most->request;
    QVector<FitOffer> offers; // not a smaller cache: the full one is what the others are compared with
    const Planner planner = desk_.session.planner();
    if (const auto smaller = smallerPicture(largest, *planner(largest), desk_.session.model().files.sizes,
                                            planner, most->outlook.free))
        offers += *smaller;
    const MemoryAnswer answer =
        askAboutMemory(window(), most->outlook, offers, tr("The largest of these pictures"));
    if (answer.kind == MemoryAnswer::Kind::Offer) {
        ComparisonSettings settings = form_->settings();
        settings.request.size = offers[answer.offer].request.size;
        form_->setSettings(settings);
        return form_->problem().isEmpty(); // a share of less may be too little
    }
    return answer.kind != MemoryAnswer::Kind::Cancel;
}

void ManyPage::start() {
    if (!form_->lacksReportOnly() && !settleMemory())
        return;
    desk_.messages.withdraw(subjects::kComparing);
    folder_ = form_->folder();
    form_->save();
    desk_.queue.add(
        {.work = CompareJob{.folder = folder_,
                            .settings = form_->settings(),
                            .start = form_->startsAnew() ? ResultsStart::Anew : ResultsStart::Continue}});
}

/// What waits in the queue goes out of it.
void ManyPage::stop() {
    const QueuedWork* running = desk_.queue.running();
    if (running && running->id == work_)
        desk_.stop.trigger();
    else
        desk_.queue.cancel({work_});
}

/// The comparison that the queue has, whoever put it there: this page, or its last start.
void ManyPage::follow() {
    const QueuedWork* mine = desk_.queue.running();
    if (!mine || !std::get_if<CompareJob>(&mine->work))
        mine = desk_.queue.list().find(work_);
    if (!mine || !mine->isPending()) {
        mine = nullptr;
        for (const QueuedWork& work : desk_.queue.list().all()) {
            if (std::get_if<CompareJob>(&work.work) && work.isPending()) {
                mine = &work;
                break;
            }
        }
    }
    if (const int id = mine ? mine->id : 0; std::exchange(work_, id) == id)
        return;
    if (mine) {
        const auto& job = std::get<CompareJob>(mine->work);
        folder_ = job.folder;
        form_->setFolder(job.folder);
        form_->setSettings(job.settings);
    }
    updateState();
    fillFigures();
}

void ManyPage::updateState() {
    form_->setState(isRunning(), desk_.session.hasModel() ? QString() : tr("Open a model first."));
    report_->setVisible(!folder_.isEmpty() && !isRunning() &&
                        QDir(folder_).exists(QLatin1String(kReportHtml)));
}

void ManyPage::open(const QString& folder) {
    desk_.status.say(tr("Reading the results…"));
    const auto model =
        desk_.session.hasModel() ? desk_.session.model().weights : std::weak_ptr<const Model>();
    QtConcurrent::run(findResults, folder, model).then(this, [this, folder](const FoundResults& read) {
        desk_.status.forget();
        if (!read.comparison) {
            desk_.messages.showMessage(MessageBar::Kind::Error, subjects::kOpening,
                                       tr("The results were not opened. %1").arg(read.problem));
            return;
        }
        if (isRunning())
            return;
        folder_ = folder;
        form_->setFolder(folder);
        form_->setSettings(read.comparison->settings);
        form_->setResults(folder, read);
        showComparison(*read.comparison);
        updateState();
        Q_EMIT opened();
    });
}

void ManyPage::showComparison(const Comparison& comparison) {
    comparison_ = comparison;
    ++shown_;
    layOut();
    for (const FullRecord& record : comparison_.full)
        setPicture(record.pair, {}, {});
    for (const ChoiceRecord& record : comparison_.records)
        setFigures(record);
    fillFigures();
    readPictures();
}

int ManyPage::rowOf(const PairId& pair) const {
    const auto& seeds = comparison_.settings.seeds;
    const auto at = std::find(seeds.begin(), seeds.end(), pair.seed);
    return at == seeds.end() ? -1
                             : int(std::size_t(pair.prompt) * seeds.size() + std::size_t(at - seeds.begin()));
}

QString ManyPage::fileOf(const PairId& pair, std::optional<int> choice) const {
    return QDir(folder_).filePath(QString::fromStdString(pictureName(comparison_, pair, choice)));
}

void ManyPage::layOut() {
    const ComparisonSettings& settings = comparison_.settings;
    model_->clear();
    for (QHeaderView* head : {table_->horizontalHeader(), table_->verticalHeader()})
        head->setVisible(!settings.seeds.empty());
    if (settings.seeds.empty())
        return;
    model_->setColumnCount(int(settings.choices.size()) + 1);
    model_->setRowCount(int(settings.pairs()));
    // Policy and budget below each other, and no column so narrow that one of them is cut.
    const QFontMetrics metrics = table_->horizontalHeader()->fontMetrics();
    int width = kSide + 28;
    for (int column = 0; column < model_->columnCount(); ++column) {
        const PolicyChoice choice = column == 0 ? PolicyChoice() : settings.choices[std::size_t(column) - 1];
        QString head = policyTitle(choice.name);
        if (choice.evicts())
            head += QLatin1Char('\n') + QString::fromStdString(choice.budgetText());
        auto* item = new QStandardItem(head);
        item->setToolTip(policyText(choice));
        model_->setHorizontalHeaderItem(column, item);
        width = std::max(width, metrics.size(0, head).width() + 20);
    }
    table_->horizontalHeader()->setDefaultSectionSize(width);
    const int lines = settings.free() && settings.teacherForced() ? 2 : 1;
    table_->verticalHeader()->setDefaultSectionSize((settings.free() ? kSide + 8 : 12) +
                                                    std::max(lines, settings.free() ? 1 : 2) *
                                                        table_->fontMetrics().lineSpacing());
    int row = 0;
    for (const std::string& prompt : settings.request.prompts) {
        for (const std::uint64_t seed : settings.seeds) {
            const QString words = QString::fromStdString(prompt);
            auto* item =
                new QStandardItem(tr("%1\nseed %2")
                                      .arg(table_->fontMetrics().elidedText(words, Qt::ElideRight, 138))
                                      .arg(seed));
            item->setToolTip(words);
            model_->setVerticalHeaderItem(row++, item);
        }
    }
    for (int i = 0; i < model_->rowCount(); ++i) {
        for (int k = 0; k < model_->columnCount(); ++k) {
            auto* item = new QStandardItem(kWaits);
            item->setTextAlignment(Qt::AlignCenter);
            model_->setItem(i, k, item);
        }
    }
}

void ManyPage::setPicture(const PairId& pair, std::optional<int> choice, const QImage& picture) {
    QStandardItem* item = model_->item(rowOf(pair), choice ? *choice + 1 : 0);
    if (!item)
        return;
    if (item->text() == kWaits)
        item->setText({});
    if (picture.isNull())
        return;
    const QImage small = widgets::thumbnail(picture, QSize(kSide, kSide), devicePixelRatioF());
    item->setData(QPixmap::fromImage(small), Qt::DecorationRole);
}

void ManyPage::setFigures(const ChoiceRecord& record) {
    QStandardItem* item = model_->item(rowOf(record.pair), record.choice + 1);
    if (!item)
        return;
    const QLocale locale;
    QStringList seen, said; // below the picture; at more length
    if (record.free) {
        const bool equal = std::isinf(record.free->psnr);
        seen += equal ? tr("equal") : tr("%1 dB").arg(locale.toString(record.free->psnr, 'f', 2));
        said += equal ? tr("Equal to the full cache's picture") : tr("PSNR %1").arg(seen.constLast());
        said += tr("SSIM %1").arg(locale.toString(record.free->ssim, 'f', 4));
        if (record.free->lpips)
            said += tr("LPIPS %1").arg(locale.toString(*record.free->lpips, 'f', 4));
        said += tr("%1 % of the picture's bits differ").arg(locale.toString(record.free->bits * 100, 'f', 2));
    }
    if (record.teacherForced) {
        seen += tr("KL %1").arg(locale.toString(record.teacherForced->kl, 'f', 5));
        said += tr("KL %1 nats a bit, fed the full cache's bits")
                    .arg(locale.toString(record.teacherForced->kl, 'f', 5));
    }
    item->setText(seen.join(QLatin1Char('\n')));
    item->setToolTip(said.join(QLatin1Char('\n')));
    item->setData(said.join(QStringLiteral(", ")), Qt::AccessibleDescriptionRole);
}

void ManyPage::fillFigures() {
    QVector<QualityPoint> points;
    for (const ChoiceSummary& summary : summarise(comparison_)) {
        const PolicyChoice& choice = comparison_.settings.choices[std::size_t(summary.choice)];
        QualityPoint point{.policy = choice.name,
                           .name = policyText(choice),
                           .mebibytes = mebibytes(summary.cost.kvBytes.mean)};
        point.psnr = valueOf(summary.psnr);
        point.kl = valueOf(summary.kl);
        point.bits = valueOf(summary.freeBits ? summary.freeBits : summary.forcedBits, 100);
        points += point;
    }
    quality_->setPoints(points);
    const auto made = comparison_.full.size() + comparison_.records.size();
    const auto wanted = comparison_.settings.pairs() * (1 + comparison_.settings.choices.size());
    if (comparison_.settings.seeds.empty()) {
        state_->setText(tr("Choose what to compare, or open the results of a comparison."));
        return;
    }
    const QString done = comparison_.settings.free() ? tr("%1 of %2 pictures done").arg(made).arg(wanted)
                                                     : tr("%1 of %2 measured").arg(made).arg(wanted);
    state_->setText(isRunning() || comparison_.complete()
                        ? done
                        : tr("%1; the rest can be made with Continue").arg(done));
}

/// Those that were made earlier, from their files.
void ManyPage::readPictures() {
    if (!comparison_.settings.free())
        return;
    const int mine = shown_;
    const auto read = [this, mine](const PairId& pair, std::optional<int> choice) {
        QtConcurrent::run(readThumbnail, fileOf(pair, choice))
            .then(this, [this, mine, pair, choice](const QImage& picture) {
                if (mine == shown_ && !picture.isNull())
                    setPicture(pair, choice, picture);
            });
    };
    for (const FullRecord& record : comparison_.full)
        read(record.pair, {});
    for (const ChoiceRecord& record : comparison_.records)
        read(record.pair, record.choice);
}

} // namespace scalekv::ui
