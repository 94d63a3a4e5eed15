using System.Runtime.CompilerServices;

namespace WhatsAI.Tests.Common;

/// <summary>What holds for every console and sandbox that a test starts as a process of its own.</summary>
internal static class StartedProcesses
{
    /// <summary>They live for seconds: counting how their code runs, to compile it better later, costs each start half a second and never pays.</summary>
    [ModuleInitializer]
    internal static void DoNotCount() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
