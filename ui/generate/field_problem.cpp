#include "ui/generate/field_problem.h"

#include <QCoreApplication>

namespace scalekv::ui {

QString problemOf(const std::function<void(GenerationRequest&)>& set, const SettingTerms& terms) {
    GenerationRequest request;
    set(request);
    const auto problem = settingProblem(request, terms);
    return problem ? QCoreApplication::translate("FieldProblem", "It %1.")
                         .arg(QString::fromStdString(problem->why))
                   : QString();
}

} // namespace scalekv::ui
