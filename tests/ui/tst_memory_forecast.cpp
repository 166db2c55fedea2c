#include "tests/ui/dialogs.h"
#include "tests/ui/studio_fixture.h"

#include "scalekv/error.h"
#include "scalekv/process_memory.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/memory_forecast.h"
#include "ui/runs/run_list.h"
#include "ui/shell/fit_offers.h"
#include "ui/text/unit_text.h"
#include "widgets/problem_colours.h"

#include <QComboBox>
#include <QLabel>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTest>
#include <QUndoStack>

using namespace scalekv;
using ui::EngineSession;
using ui::FitOffer;
using widgets::WrappedLabel;

namespace {

constexpr qint64 kGiB = qint64(1) << 30;

} // namespace

/// What a picture will take, said before it is begun, and what is done about too little memory.
class TestMemoryForecast : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        useTemporarySettings();
        QLocale::setDefault(QLocale::c());
    }
    void init() { QSettings().clear(); }
    void nothingIsKnownWithoutAModel();
    void texts();
    void followsTheForm();
    void saysWhatCannotBeMade();
    void runningPictureIsNotCounted();
    void offersAreTheLargestThatFit();
    void offersNothingThatFails();
    void tooLittleMemory_data();
    void tooLittleMemory();

private:
    static bool shows(StudioFixture& studio, const QString& text);
};

void TestMemoryForecast::nothingIsKnownWithoutAModel() {
    QCOMPARE(ui::computeMemory({}).used, 0);
    QCOMPARE(ui::computeMemory({}).free, 0);
}

void TestMemoryForecast::texts() {
    ui::MemoryOutlook outlook{
        .cache = 337 << 20, .fullCache = 3 * kGiB, .more = 2 * kGiB, .resident = 4 * kGiB, .free = 11 * kGiB};
    QCOMPARE(ui::outlookText(outlook), QString("KV cache 337 MiB, full 3.0 GiB · peak about 6.0 GiB, 2.0 GiB "
                                               "more than now · free 11.0 GiB"));
    QVERIFY(outlook.fits());
    outlook.free = outlook.more;
    QVERIFY(outlook.fits());
    outlook.free = outlook.more - 1;
    QVERIFY(!outlook.fits());
    outlook.free = 0; // not known
    QVERIFY(outlook.fits());
    QVERIFY(!ui::outlookText(outlook).contains("free"));
    outlook.cache = outlook.fullCache;
    QVERIFY(ui::outlookText(outlook).startsWith("KV cache 3.0 GiB · "));
}

bool TestMemoryForecast::shows(StudioFixture& studio, const QString& text) {
    auto* forecast = studio.find<ui::MemoryForecast>("memoryForecast");
    return QTest::qWaitFor([&] { return forecast->isVisible() && forecast->text() == text; },
                           StudioFixture::kPatience);
}

void TestMemoryForecast::followsTheForm() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    const ComputeMemory memory{.used = kGiB, .free = 8 * kGiB};
    studio.form()->setMemoryReader([memory](const auto&) { return memory; });
    auto* forecast = studio.find<ui::MemoryForecast>("memoryForecast");
    const auto text = [&] {
        const auto plan = studio.session().plan(studio.form()->request());
        return plan ? ui::outlookText(
                          {plan->peakKvBytes, plan->fullPeakKvBytes, plan->peakBytes, kGiB, 8 * kGiB})
                    : QString();
    };
    QStringList seen;
    studio.chooseSize("0.06M"); // no prompt is needed
    QVERIFY2(shows(studio, text()), qPrintable(forecast->text()));
    seen += forecast->text();
    studio.chooseSize("0.25M");
    QVERIFY2(shows(studio, text()), qPrintable(forecast->text()));
    seen += forecast->text();
    auto* names = studio.find<QComboBox>("cachePolicy");
    QTest::keyClick(names, Qt::Key_Down);
    QVERIFY2(shows(studio, text()), qPrintable(forecast->text()));
    seen += forecast->text();
    QCOMPARE(QSet<QString>(seen.begin(), seen.end()).size(), qsizetype(3));
    QVERIFY(forecast->tone() == WrappedLabel::Tone::Faint);
    QVERIFY(forecast->toolTip().contains(ui::byteText(kGiB)));

    studio.form()->setMemoryReader([](const auto&) { return ComputeMemory{.used = kGiB, .free = 1 << 20}; });
    QVERIFY(QTest::qWaitFor([&] { return forecast->tone() == WrappedLabel::Tone::Problem; },
                            StudioFixture::kPatience));
    QCOMPARE(forecast->palette().color(QPalette::WindowText),
             widgets::problemColours(studio.form()->palette()).text);
}

void TestMemoryForecast::saysWhatCannotBeMade() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    GenerationRequest request = studio.form()->request();
    request.policy.name = "scalekv";
    request.policy.roles = RoleTable{std::vector<std::vector<bool>>(5, std::vector<bool>(4, false))};
    QString why;
    try {
        (void)studio.session().plan(request);
    } catch (const Error& error) {
        why = error.what();
    }
    QVERIFY(!why.isEmpty());
    studio.form()->setRequest(request);
    QVERIFY(shows(studio, why));
    auto* forecast = studio.find<ui::MemoryForecast>("memoryForecast");
    QVERIFY(forecast->tone() == WrappedLabel::Tone::Problem);
    request.policy = {};
    studio.form()->setRequest(request);
    QVERIFY(QTest::qWaitFor([&] { return forecast->tone() == WrappedLabel::Tone::Faint; },
                            StudioFixture::kPatience));
}

void TestMemoryForecast::runningPictureIsNotCounted() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    qint64 resident = kGiB;
    int readings = 0;
    studio.form()->setMemoryReader([&](const auto&) {
        ++readings;
        return ComputeMemory{.used = resident, .free = 8 * kGiB};
    });
    studio.prepare("a lion");
    studio.chooseSize("0.25M");
    QVERIFY(QTest::qWaitFor([&] { return readings > 0; }, StudioFixture::kPatience));
    bool checked = false;
    connect(&studio.session(), &EngineSession::scaleStarted, studio.form(), [&](int scale) {
        if (scale != 2)
            return;
        const int before = readings;
        resident = 2 * kGiB; // what the picture takes
        const auto outlook = studio.form()->outlook();
        checked = outlook && outlook->resident == kGiB && readings == before;
        resident = kGiB;
    });
    studio.clickGenerate();
    QVERIFY(studio.waitUntilIdle());
    QVERIFY(checked);
}

/// Needs 100 bytes a percent of the budget and scale, and 1000 beside.
static std::optional<GenerationPlan> toyPlan(const GenerationRequest& request) {
    if (request.policy.name == "scalekv" && !request.policy.roles)
        throw Error("no calibration");
    GenerationPlan plan;
    plan.request = request;
    plan.schedule = scaleSchedule(request.size, request.aspectRatio);
    const double share = request.policy.name == "full" ? 1 : request.policy.budget.fraction;
    plan.peakBytes = 1000 + std::llround(10000 * share * double(plan.schedule.size()));
    plan.picture = {int(plan.schedule.size()), int(plan.schedule.size())};
    return plan;
}

void TestMemoryForecast::offersAreTheLargestThatFit() {
    const std::vector<std::string> sizes{"0.06M", "0.25M", "0.60M", "1M"}; // 7, 10, 12, 13 scales
    GenerationRequest request;
    request.size = "1M";
    request.policy.name = "snapkv";
    request.policy.budget.fraction = 0.8;
    // At most 5000 bytes for the cache: 4000 at 3 %, 5200 at 4 %. No size at 80 %.
    QVector<FitOffer> offers = ui::fitOffers(request, sizes, toyPlan, 6000);
    QCOMPARE(offers.size(), qsizetype(1));
    GenerationRequest wanted = request;
    wanted.policy.budget.fraction = 0.03;
    QVERIFY(offers[0].request == wanted);
    QCOMPARE(offers[0].more, qint64(1000 + 3900));
    QCOMPARE(offers[0].text, QString("SnapKV 3 %"));
    // 100000 for the cache: 80 % of 12 scales are 96000, of 13 104000.
    offers = ui::fitOffers(request, sizes, toyPlan, 101000);
    QCOMPARE(offers.size(), qsizetype(2));
    QCOMPARE(offers[0].request.policy.budget.fraction, 0.6);
    QCOMPARE(offers[1].request.size, std::string("0.60M"));
    QVERIFY(offers[1].request.policy == request.policy);
    QCOMPARE(offers[1].more, qint64(97000));
    QVERIFY(ui::fitOffers(request, sizes, toyPlan, 900).isEmpty()); // not even nothing fits
}

void TestMemoryForecast::offersNothingThatFails() {
    GenerationRequest request; // the full cache
    QVector<FitOffer> offers = ui::fitOffers(request, {"1M"}, toyPlan, 100000);
    QCOMPARE(offers.size(), qsizetype(1));
    QCOMPARE(offers[0].request.policy.name, std::string("spectral"));
    QCOMPARE(offers[0].request.policy.budget.fraction, 0.1); // the usual, though more would fit
    const ui::Planner withoutSpectra = [](const GenerationRequest& asked) {
        if (asked.policy.name == "spectral")
            throw Error("too small");
        return toyPlan(asked);
    };
    offers = ui::fitOffers(request, {"1M"}, withoutSpectra, 100000);
    QCOMPARE(offers[0].text, QString("SnapKV 10 %"));
    const ui::Planner none = [](const GenerationRequest&) -> std::optional<GenerationPlan> {
        throw Error("no");
    };
    QVERIFY(ui::fitOffers(request, {"1M"}, none, 100000).isEmpty());
}

void TestMemoryForecast::tooLittleMemory_data() {
    QTest::addColumn<QString>("button");
    QTest::addColumn<bool>("made");
    QTest::addColumn<QString>("policy");
    QTest::newRow("smaller budget") << "Spectral 10 %" << true << "spectral";
    QTest::newRow("anyway") << "Generate anyway" << true << "full";
    QTest::newRow("cancel") << "Cancel" << false << "full";
    QTest::newRow("smaller picture") << "pixels" << true << "full";
}

void TestMemoryForecast::tooLittleMemory() {
    QFETCH(QString, button);
    QFETCH(bool, made);
    QFETCH(QString, policy);
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    studio.prepare("a red  apple", "4");
    studio.chooseSize("0.25M");
    const GenerationRequest wanted = studio.form()->request();
    GenerationRequest small = wanted, low = wanted;
    small.size = "0.06M";
    low.policy.name = "spectral";
    low.policy.budget.fraction = 0.1;
    const auto all = studio.session().plan(wanted);
    const qint64 free =
        std::max(studio.session().plan(small)->peakBytes, studio.session().plan(low)->peakBytes);
    QVERIFY2(free < all->peakBytes, "the demo model must have room to be made smaller");
    studio.form()->setMemoryReader([free](const auto&) { return ComputeMemory{.used = kGiB, .free = free}; });

    const QString before = studio.find<QPlainTextEdit>("prompt")->toPlainText();
    QString said;
    WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
        said = box.text() + box.informativeText();
        for (QAbstractButton* choice : box.buttons())
            if (choice->text().remove('&').contains(button)) {
                QTest::mouseClick(choice, Qt::LeftButton);
                return;
            }
        box.reject();
    });
    studio.clickGenerate();
    QVERIFY(asked.met());
    QVERIFY2(said.contains(ui::byteText(all->peakBytes)) && said.contains(ui::byteText(free)),
             qPrintable(said));
    QCOMPARE(studio.session().state() == EngineSession::State::Generating, made);
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(studio.window().runs().rowCount(), made ? 1 : 0);
    QCOMPARE(studio.form()->request().policy.name, policy.toStdString());
    QCOMPARE(studio.find<QPlainTextEdit>("prompt")->toPlainText(), before); // as it was typed
    if (made) {
        const GenerationRequest drawn = studio.window().runs().result(0)->request();
        QCOMPARE(drawn.policy.name, policy.toStdString());
        QCOMPARE(drawn.size, std::string(button == "pixels" ? "0.06M" : "0.25M"));
    }
    if (studio.form()->request() != wanted) {
        studio.window().undoStack().undo();
        QVERIFY(studio.form()->request() == wanted);
    }
}

QTEST_MAIN(TestMemoryForecast)
#include "tst_memory_forecast.moc"
