using Pipeline.Functions;

await FunctionsApp.Create(args).RunAsync();
