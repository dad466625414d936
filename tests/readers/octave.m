% As common.R says, for numbers alone.
pkg load netcdf
arguments = argv();
in = fopen(arguments{end - 1}); jobs = textscan(in, "%s", "Delimiter", "\n"){1}; fclose(in);
log = fopen(arguments{end}, "w");
path = ""; group = "";
for i = 1:numel(jobs)
  job = strsplit(jobs{i}, "\t");
  if (numel(job) < 3 || isempty(job{3})) continue; endif
  try
    [here, name, end_of_name] = fileparts(job{2});
    if (! strcmp(path, job{1}))
      if (! isempty(path)) netcdf_close(file); endif
      path = job{1}; file = netcdf_open(path, "NC_NOWRITE"); group = "";
    endif
    if (! strcmp(group, here))  % as users do, which opens the file anew: once in each group
      group = here; values = ncread(path, job{2});
    else
      where = netcdf_inqGrpFullNcid(file, here);
      values = netcdf_getVar(where, netcdf_inqVarID(where, [name end_of_name]));
    endif
    out = fopen(job{3}, "w"); fwrite(out, double(values), "double"); fclose(out);
  catch problem
    fprintf(log, "%s\t%s\t%s\n", job{1}, job{2}, strrep(problem.message, "\n", " "));
  end_try_catch
endfor
fclose(log);
