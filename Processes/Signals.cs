using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WhatsAI.Processes;

/// <summary>What .NET cannot send to another process.</summary>
internal static class Signals
{
    /// <summary>SIGTERM: end in good order.</summary>
    public static void Terminate(Process process) => Send(process, 15);

    /// <summary>SIGSTOP: stand still, with everything open.</summary>
    public static void Stop(Process process) => Send(process, 19);

    /// <summary>SIGCONT.</summary>
    public static void Continue(Process process) => Send(process, 18);

    private static void Send(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0)
        {
            throw new Win32Exception();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
