#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <cmath>

#include "tests/bench/reference/problem.hpp"

/// \file One patient after another with SUNDIALS' CVODE (BDF, dense Jacobian by difference quotients), as its examples
/// do it: drug and cells in one system of equations, begun anew at each dose.

namespace bench {

struct Equations {
  const Patient* patient;
  bool has_neutrophils;
};

/// depot, central (mg); proliferating, three transit stages, circulating
int derivative(sunrealtype, N_Vector state, N_Vector slope, void* data) {
  const auto& equations = *static_cast<const Equations*>(data);
  const Patient& patient = *equations.patient;
  const double* y = N_VGetArrayPointer(state);
  double* d = N_VGetArrayPointer(slope);
  const double absorbed = patient.absorption_per_h * y[0];
  d[0] = -absorbed;
  d[1] = absorbed - patient.clearance_L_per_h / patient.volume_L * y[1];
  if (!equations.has_neutrophils) return 0;
  if (y[6] <= 0) return 1;  // try a shorter step
  const double feedback = std::pow(kBaseline / y[6], kFeedback);
  d[2] = kTransit_per_h * y[2] * ((1 - kSlope_L_per_mg * y[1] / patient.volume_L) * feedback - 1);
  for (int i = 3; i < 7; ++i) d[i] = kTransit_per_h * (y[i - 1] - y[i]);
  return 0;
}

void check(int flag) {
  if (flag < 0) throw std::runtime_error("CVODE: error " + std::to_string(flag));
}

void solve(const Patient& patient, bool has_neutrophils, double tolerance, SUNContext context, double* outputs) {
  const int size = has_neutrophils ? 7 : 2;
  Equations equations{&patient, has_neutrophils};
  N_Vector state = N_VNew_Serial(size, context);
  double* y = N_VGetArrayPointer(state);
  for (int i = 0; i < size; ++i) y[i] = i < 2 ? 0 : kBaseline;

  void* solver = CVodeCreate(CV_BDF, context);
  SUNMatrix matrix = SUNDenseMatrix(size, size, context);
  SUNLinearSolver linear = SUNLinSol_Dense(state, matrix, context);
  check(CVodeInit(solver, derivative, 0, state));
  check(CVodeSStolerances(solver, tolerance, 1e-2 * tolerance));
  check(CVodeSetUserData(solver, &equations));
  check(CVodeSetLinearSolver(solver, linear, matrix));
  check(CVodeSetMaxNumSteps(solver, 1'000'000));

  sunrealtype t = 0;
  for (int day = 0; day < kDays; ++day) {
    y[0] += patient.taken[day] ? kDose_mg : 0.0;
    check(CVodeReInit(solver, t, state));
    const double end = (day + 1) * kInterval_h;
    check(CVodeSetStopTime(solver, end));
    check(CVode(solver, end, state, &t, CV_NORMAL));
    outputs[day] = has_neutrophils ? y[6] : 1000 * y[1] / patient.volume_L;
  }

  SUNLinSolFree(linear);
  SUNMatDestroy(matrix);
  CVodeFree(&solver);
  N_VDestroy(state);
}

SUNContext make_context() {
  SUNContext context = nullptr;
#if SUNDIALS_VERSION_MAJOR >= 7
  check(SUNContext_Create(SUN_COMM_NULL, &context));
#else
  check(SUNContext_Create(nullptr, &context));
#endif
  return context;
}

}  // namespace bench

int main(int argc, char** argv) {
  return bench::report_errors([&] {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    const bench::Problem problem = bench::read_problem(arguments);
    SUNContext context = bench::make_context();
    const int status = bench::run(arguments, problem, [&](const bench::Patient& patient, double* outputs) {
      bench::solve(patient, problem.has_neutrophils, arguments.tolerance, context, outputs);
    });
    SUNContext_Free(&context);
    return status;
  });
}
