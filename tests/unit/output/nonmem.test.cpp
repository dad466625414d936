#include "output/nonmem.hpp"

#include <gtest/gtest.h>

namespace vt { namespace {

Results one_patient() {
  Results results;
  results.has_doses = true;
  results.rates.patients = {4};
  results.rates.days = {-1, 0, 1};
  results.rates.names = {"clearance", "volume", "bioavailability", "absorption_duration", "lag"};
  results.rates.units = {"L/h", "L", "1", "h", "h"};
  results.rates.values = {10, 10, 8, 200, 200, 200, 0.5, 0.5, 0.5, 2, 2, 2, 0, 0, 0};
  results.rates.absorption = "zero_order";
  results.rates.exposure_scale = 2;
  results.doses = {{.patient = 4, .day = 0, .hour = 1.5, .prescribed_mg = 400, .taken_mg = 400, .entered_mg = 200},
                   {.patient = 4, .day = 1, .hour = 0, .prescribed_mg = 400, .taken_mg = 0, .entered_mg = 0}};
  results.concentrations.patients = {4};
  results.concentrations.days = {0, 1};
  results.concentrations.hours = {0, 18};
  results.concentrations.values = {0, 1000, 812.5, 500};
  return results;
}

TEST(Nonmem, RowsAreInTheOrderOfTimeAndNewParametersHaveTwo) {
  // Day −1 begins at TIME 0, day 0 at 24 and day 1, from which clearance is 8, at 48; its nominal morning dose is 6 h
  // later. The dose of that day was missed. S = 200 L/(1000·2). Hour 18 of day 0 is the end of that day, with its
  // rates.
  EXPECT_EQ(nonmem_table(one_patient()),
            "ID,TIME,EVID,AMT,RATE,CMT,DV,MDV,CL,V,D1,F1,ALAG1,S,PATIENT,ARM\n"
            "1,0,0,0,0,1,.,1,10,200,2,0.5,0,0.1,4,.\n"
            "1,30,0,0,0,1,0,0,10,200,2,0.5,0,0.1,4,.\n"
            "1,31.5,1,400,-2,1,.,1,10,200,2,0.5,0,0.1,4,.\n"
            "1,48,0,0,0,1,.,1,10,200,2,0.5,0,0.1,4,.\n"
            "1,48,0,0,0,1,1000,0,10,200,2,0.5,0,0.1,4,.\n"
            "1,48,0,0,0,1,.,1,8,200,2,0.5,0,0.1,4,.\n"
            "1,54,0,0,0,1,812.5,0,8,200,2,0.5,0,0.1,4,.\n"
            "1,72,0,0,0,1,500,0,8,200,2,0.5,0,0.1,4,.\n");
}

TEST(Nonmem, CovariatesStandBehindTheArm) {
  Results results = one_patient();
  PatientColumns& table = results.columns;
  table.names = {"weight_kg", "mmr"};
  table.kinds = {"covariate", "column"};
  table.first = 3, table.patients = 2;
  table.arm = {0, 1};
  table.values = {70, 1, 81.25, 0};
  const std::string text = nonmem_table(results);
  EXPECT_NE(text.find(",PATIENT,ARM,WEIGHT_KG\n"), std::string::npos) << text;
  EXPECT_NE(text.find(",4,2,81.25\n"), std::string::npos) << text;
}

TEST(Nonmem, NamesAreThoseThatNonmemTakes) {
  EXPECT_EQ(nonmem_name("weight_kg", {}), "WEIGHT_KG");
  EXPECT_EQ(nonmem_name("haemoglobin_g_per_decilitre", {}), "HAEMOGLOBIN_G_PER_DE");
  EXPECT_EQ(nonmem_name("_age", {}), "X_AGE");
  EXPECT_EQ(nonmem_name("cl", {"ID", "CL"}), "CL_2");
  EXPECT_EQ(nonmem_name("haemoglobin_g_per_deciliter", {"HAEMOGLOBIN_G_PER_DE"}), "HAEMOGLOBIN_G_PER__2");
}

TEST(Nonmem, ItsHeadingIsKnown) {
  EXPECT_TRUE(is_nonmem_table("ID,TIME,EVID,AMT,RATE,CMT,DV,MDV,CL"));
  EXPECT_FALSE(is_nonmem_table("ID,TIME,DV"));
}

}  // namespace
}  // namespace vt
