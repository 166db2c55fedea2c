#include "ui/shell/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>
#include <QVBoxLayout>

#include <cmath>

using namespace scalekv::ui;

/// What WCAG 2 asks: 4.5 for text, 3 for the edges and the focus of what can be used.
class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrasts_data();
    void contrasts();
    void fields_data();
    void fields();
};

namespace {

double luminance(const QColor& colour) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

/// The best contrast to `ground` in the middle of a field's left edge.
double edgeContrast(QWidget& field, const QColor& ground) {
    const QImage image = field.grab().toImage();
    double best = 1;
    for (int x = 0; x < 3; ++x)
        best = std::max(best, contrast(image.pixelColor(x, image.height() / 2), ground));
    return best;
}

} // namespace

void TestTheme::contrasts_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QPalette::ColorRole>("above");
    QTest::addColumn<QPalette::ColorRole>("below");
    QTest::addColumn<double>("least");
    for (const bool dark : {false, true}) {
        const auto row = [dark](const char* name, QPalette::ColorRole above, QPalette::ColorRole below,
                                double least) {
            QTest::addRow("%s, %s", name, dark ? "dark" : "light") << dark << above << below << least;
        };
        row("text", QPalette::WindowText, QPalette::Window, 4.5);
        row("field", QPalette::Text, QPalette::Base, 4.5);
        row("button", QPalette::ButtonText, QPalette::Button, 4.5);
        row("chosen", QPalette::HighlightedText, QPalette::Highlight, 4.5);
        row("placeholder", QPalette::PlaceholderText, QPalette::Base, 4.5);
        row("faint", QPalette::PlaceholderText, QPalette::Window, 4.5);
        row("edge to the window", QPalette::Mid, QPalette::Window, 3);
        row("edge to the field", QPalette::Mid, QPalette::Base, 3);
        row("focus to the window", QPalette::Highlight, QPalette::Window, 3);
        row("focus to the field", QPalette::Highlight, QPalette::Base, 3);
    }
}

void TestTheme::contrasts() {
    QFETCH(bool, dark);
    QFETCH(QPalette::ColorRole, above);
    QFETCH(QPalette::ColorRole, below);
    QFETCH(double, least);
    const QPalette palette = dark ? darkPalette() : lightPalette();
    const double found = contrast(palette.color(above), palette.color(below));
    QVERIFY2(found >= least, qPrintable(QString::number(found)));
}

void TestTheme::fields_data() {
    QTest::addColumn<Theme>("theme");
    QTest::newRow("light") << Theme::Light;
    QTest::newRow("dark") << Theme::Dark;
}

void TestTheme::fields() {
    QFETCH(Theme, theme);
    applyTheme(theme);
    QWidget window;
    auto* layout = new QVBoxLayout(&window);
    const QVector<QWidget*> fields = {new QLineEdit, new QDoubleSpinBox, new QComboBox, new QPlainTextEdit};
    for (QWidget* field : fields)
        layout->addWidget(field);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.activateWindow();
    const QColor ground = QApplication::palette().color(QPalette::Window);
    for (QWidget* field : fields) {
        const char* name = field->metaObject()->className();
        fields[field == fields.front() ? 1 : 0]->setFocus();
        QCoreApplication::processEvents();
        const QImage usual = field->grab().toImage();
        QVERIFY2(edgeContrast(*field, ground) >= 3, name);
        field->setFocus();
        QCoreApplication::processEvents();
        QVERIFY2(field->hasFocus(), name);
        QVERIFY2(edgeContrast(*field, ground) >= 3, name);
        QVERIFY2(field->grab().toImage().pixel(1, field->height() / 2) != usual.pixel(1, field->height() / 2),
                 name);
    }
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
