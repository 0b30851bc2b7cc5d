package dev.dbg.doctor;

import java.util.List;

/**
 * One thing that is looked at, by trying it. Takes what a session of it would take, leaves nothing,
 * and never fails: what fails is what it finds.
 */
sealed interface HostCheck
    permits KernelCheck,
        PrivilegesCheck,
        NamespacesCheck,
        EnginesCheck,
        ToolsCheck,
        AuditLogCheck,
        PolicyCheck,
        SocketCheck,
        DescriptorsCheck {
  List<Finding> findings();
}
