using WhatsAI.Bench;

if (args is [BareServer.Switch, ..])
{
    return await BareServer.RunAsync(args);
}

var measurements = new Dictionary<string, Func<BenchOptions, Task>>(StringComparer.Ordinal)
{
    ["ingest"] = Ingest.RunAsync,
    ["pipeline"] = Pipeline.RunAsync,
    ["screen"] = Screen.RunAsync,
    ["circuits"] = CircuitMemory.RunAsync,
    ["memory"] = ProcessMemory.RunAsync,
    ["seed"] = SeedBench.RunAsync,
    ["list"] = InboxReads.RunAsync,
    ["search"] = Search.RunAsync,
    ["message"] = MessageCost.RunAsync,
    ["rls"] = RowSecurity.RunAsync,
    ["pools"] = PoolTurns.RunAsync,
    ["sends"] = CampaignSends.RunAsync,
    ["rate"] = CampaignRate.RunAsync,
    ["import"] = Imports.RunAsync,
    ["campaigns"] = Campaigns.RunAsync,
};
if (BenchOptions.Parse(args) is not { } options || (options.What != "all" && !measurements.ContainsKey(options.What)))
{
    await Console.Error.WriteLineAsync(
        $"""
        dotnet run -c Release --project bench -- {string.Join('|', measurements.Keys)}|all [--quick]
            --seconds N   how long a rate is held        --rate N      messages a second (pipeline)
            --circuits N  open pages                     --messages N  messages in the seeded inbox (4000000)
            --connects N  pages opened and left          --seed N      of the seeded data
            --agents N    with the inbox open meanwhile  --waves N     messages of each due number (pools, sends)
            --numbers N   that send (sends, rate)        --rows N      of the imported file
        """
    );
    return 2;
}

var signals = Running.WatchSignals();
foreach (var (name, measure) in measurements)
{
    if (options.What == "all" || options.What == name)
    {
        await measure(options);
    }
}

GC.KeepAlive(signals);
return 0;
